// Elements are made here and nowhere else, and text only ever becomes a text node: what a log line says is never markup.

const SVG = 'http://www.w3.org/2000/svg';

/** An element; attributes named on… are listeners, class and dataset as usual; strings among the children are text. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
    } else if (name === 'dataset') {
      Object.assign(node.dataset, value);
    } else {
      node.setAttribute(name, value === true ? '' : String(value));
    }
  }
  node.append(...nodes(children));
  return node;
}

function nodes(children) {
  return children.flat(3).filter(child => child !== null && child !== undefined && child !== false)
    .map(child => child instanceof Node ? child : document.createTextNode(String(child)));
}

/** Replaces what a node holds. */
export function clear(node, ...children) {
  node.replaceChildren(...nodes(children));
  return node;
}

export async function json(path, signal) {
  const answer = await fetch(path, {signal, headers: {Accept: 'application/json'}});
  if (!answer.ok) {
    throw new Error(await problem(answer));
  }
  return answer.json();
}

/** What a refusal says. */
export async function problem(answer) {
  try {
    return (await answer.json()).detail || `HTTP ${answer.status}`;
  } catch {
    return `HTTP ${answer.status} from ${answer.url}`;
  }
}

/** JSON text, spread over lines where it can be read; otherwise as it is. */
export function pretty(text) {
  const depth = {open: '{[', close: '}]'};
  let out = '';
  let indent = 0;
  let quoted = false;
  // By hand, because parsing and writing would turn 1.10 into 1.1 and cut long numbers short.
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      out += c;
      if (c === '\\') {
        out += text[++i] ?? '';
      } else if (c === '"') {
        quoted = false;
      }
    } else if (c === '"') {
      quoted = true;
      out += c;
    } else if (depth.open.includes(c)) {
      const rest = text.slice(i + 1).match(/^\s*[}\]]/);
      if (rest) {
        out += c + rest[0].trim();
        i += rest[0].length;
      } else {
        out += c + '\n' + '  '.repeat(++indent);
      }
    } else if (depth.close.includes(c)) {
      out += '\n' + '  '.repeat(Math.max(0, --indent)) + c;
    } else if (c === ',') {
      out += ',\n' + '  '.repeat(indent);
    } else if (c === ':') {
      out += ': ';
    } else if (!/\s/.test(c)) {
      out += c;
    }
  }
  return out;
}

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} copied`);
  } catch {
    toast(copiedByHand(text) ? `${what} copied` : 'The browser does not let this page copy');
  }
}

/** Browsers give the clipboard to pages of this machine and to encrypted ones; others copy what is selected. */
function copiedByHand(text) {
  const box = el('textarea', {class: 'offscreen', readonly: true});
  box.value = text;
  document.body.append(box);
  box.select();
  const copied = document.execCommand('copy');
  box.remove();
  return copied;
}

let toastTimer;
export function toast(text) {
  const box = document.getElementById('toast');
  box.textContent = text;
  box.classList.add('shown');
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => box.classList.remove('shown'), 2500);
}

/** A command that asks the same of the shipper; quoted for a POSIX shell. */
export function curl(path) {
  return `curl -s '${location.origin}${path.replaceAll("'", '%27')}'`;
}

export function seconds(value) {
  if (value === null || value === undefined) {
    return '';
  }
  if (value < 0.001) {
    return value === 0 ? '0 ms' : `${(value * 1e6).toFixed(0)} µs`;
  }
  if (value < 1) {
    return `${(value * 1e3).toFixed(value < 0.01 ? 1 : 0)} ms`;
  }
  if (value < 100) {
    return `${value.toFixed(2)} s`;
  }
  const whole = Math.round(value);
  return whole < 3600 ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
}

const two = n => String(n).padStart(2, '0');

/** A time of day in the browser's zone, to the millisecond; the day too when it is not today. */
export function clock(text) {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) {
    return String(text ?? '');
  }
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const now = new Date();
  const today = time.toDateString() === now.toDateString();
  return (today ? '' : day + ' ') + `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.`
    + String(time.getMilliseconds()).padStart(3, '0');
}

const tones = new Map();

/** A colour of its own for each of the first twelve services, the same on every view. */
export function tone(service) {
  if (!service) {
    return '';
  }
  if (!tones.has(service)) {
    tones.set(service, tones.size % 12);
  }
  return `tone${tones.get(service)}`;
}

export function levelClass(level) {
  return ({DEBUG: 'debug', INFO: 'info', WARNING: 'warning', ERROR: 'error', CRITICAL: 'error'})[level] ?? 'info';
}
