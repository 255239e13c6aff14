import {el, svg, clear, clock} from './dom.js';

const HEIGHT = 72;

/** Bars of log lines over time, errors and warnings apart; a click or a drag chooses a time. */
export class Histogram {
  constructor(onChoose) {
    this.onChoose = onChoose;
    this.label = el('span', {class: 'under'});
    this.chart = el('div', {class: 'chart', role: 'img', 'aria-label': 'Log lines over time'});
    this.ends = el('div', {class: 'ends'});
    this.node = el('section', {class: 'histogram empty'}, this.chart, this.ends);
  }

  show(data) {
    this.data = data;
    const slices = data.slices;
    this.node.classList.toggle('empty', slices.length === 0);
    if (slices.length === 0) {
      clear(this.chart);
      clear(this.ends);
      return;
    }
    const most = Math.max(1, ...slices.map(slice => slice.lines));
    const picture = svg('svg', {viewBox: `0 0 ${slices.length * 10} ${HEIGHT}`, preserveAspectRatio: 'none'});
    slices.forEach((slice, i) => picture.append(this.bar(slice, i, most)));
    this.choice = svg('rect', {class: 'choice', y: 0, height: HEIGHT, width: 0});
    picture.append(this.choice);
    this.listen(picture);
    clear(this.chart, picture, el('span', {class: 'most'}, short(most)));
    clear(this.ends, el('span', {}, clock(data.from)), this.label, el('span', {}, clock(data.to)));
    this.rest();
  }

  bar(slice, i, most) {
    const height = lines => lines === 0 ? 0 : Math.max(2, lines / most * (HEIGHT - 4));
    const group = svg('g', {class: 'slice'});
    const part = (name, lines, from) => {
      const tall = height(lines);
      group.append(svg('rect', {class: name, x: i * 10 + 1, y: HEIGHT - from - tall, width: 8, height: tall}));
      return from + tall;
    };
    group.append(svg('rect', {class: 'back', x: i * 10, y: 0, width: 10, height: HEIGHT}));
    let top = part('error', slice.errors, 0);
    top = part('warning', slice.warnings, top);
    part('info', slice.lines - slice.errors - slice.warnings, top);
    return group;
  }

  rest() {
    const width = this.data.width_seconds;
    this.label.textContent = `${this.data.total.toLocaleString('en')} lines, ${length(width)} a bar`;
  }

  listen(picture) {
    const at = event => {
      const box = picture.getBoundingClientRect();
      const share = (event.clientX - box.left) / box.width;
      return Math.min(this.data.slices.length - 1, Math.max(0, Math.floor(share * this.data.slices.length)));
    };
    let from = null;
    picture.addEventListener('pointerdown', event => {
      from = at(event);
      picture.setPointerCapture(event.pointerId);
    });
    picture.addEventListener('pointermove', event => {
      const here = at(event);
      const slice = this.data.slices[here];
      this.label.textContent = `${clock(slice.from)}: ${slice.lines.toLocaleString('en')} lines`
        + (slice.errors ? `, ${slice.errors} errors` : '') + (slice.warnings ? `, ${slice.warnings} warnings` : '');
      const [low, high] = from === null ? [here, here] : [Math.min(from, here), Math.max(from, here)];
      this.choice.setAttribute('x', low * 10);
      this.choice.setAttribute('width', (high - low + 1) * 10);
    });
    picture.addEventListener('pointerleave', () => {
      if (from === null) {
        this.choice.setAttribute('width', 0);
        this.rest();
      }
    });
    picture.addEventListener('pointerup', event => {
      const here = at(event);
      const [low, high] = [Math.min(from ?? here, here), Math.max(from ?? here, here)];
      from = null;
      const end = high + 1 < this.data.slices.length ? this.data.slices[high + 1].from : this.data.to;
      this.onChoose(this.data.slices[low].from, end);
    });
  }
}

function length(width) {
  return width < 1 ? `${width * 1000} ms` : width < 60 ? `${width} s` : width < 3600 ? `${width / 60} min`
    : width < 86400 ? `${width / 3600} h` : `${width / 86400} days`;
}

function short(count) {
  return count < 1e4 ? String(count) : count < 1e6 ? `${Math.round(count / 1e3)}k` : `${(count / 1e6).toFixed(1)}M`;
}
