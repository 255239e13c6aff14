import {el, clear, json, problem, pretty, copy, curl, seconds, clock, tone, levelClass} from './dom.js';

const MANY = 400;
const RECENT_MS = 15 * 60e3;

/** One trace: what it cost and took, what is odd about it, and a waterfall with its log lines. */
export class TraceView {
  constructor(app, main, id) {
    this.app = app;
    this.main = main;
    this.id = id;
    this.address = '/api/v1/traces/' + encodeURIComponent(id);
    this.closed = new Set();
    this.opened = new Set();
    this.chosen = -1;
    this.rows = [];
  }

  start() {
    document.title = `${this.id} · trace`;
    this.app.box.value = this.id;
    clear(this.main, el('p', {class: 'quiet'}, 'loading …'));
    this.load();
  }

  close() {
    this.gone = true;
    this.stopFollowing();
  }

  settled() {
    if (this.trace) {
      this.show();
    }
  }

  async load() {
    try {
      const answer = await fetch(this.address);
      if (this.gone) {
        return;
      }
      if (answer.status === 404) {
        this.missing();
        return;
      }
      if (!answer.ok) {
        throw new Error(await problem(answer));
      }
      const trace = await answer.json();
      if (this.gone) {
        return;
      }
      this.trace = trace;
      this.lines ??= this.trace.entries.length <= MANY;
      this.show();
    } catch (e) {
      if (this.gone) {
        return;
      }
      clear(this.main, this.app.notice('error', 'The trace cannot be shown', e.message === 'Failed to fetch'
        ? 'The log shipper does not answer.' : e.message));
    }
  }

  missing() {
    clear(this.main, this.app.notice('', 'Nothing is stored of this trace', `No log line or event has the trace id ${this.id}. `
      + 'It may not have arrived yet, or its day is past what is kept.'),
      el('p', {class: 'actions'}, el('button', {type: 'button', onclick: () => this.load()}, 'Look again'),
        el('a', {href: '/'}, 'Search')));
  }

  show() {
    const {trace} = this;
    this.begin = Math.min(...[trace.started_at, ...trace.spans.map(span => span.started_at)].filter(Boolean).map(Date.parse));
    const last = Math.max(...[trace.ended_at, ...trace.spans.map(span => span.ended_at)].filter(Boolean).map(Date.parse));
    this.length = Math.max(1, last - this.begin);
    this.waterfall = el('ol', {class: 'waterfall', 'aria-label': 'Waterfall'});
    clear(this.main, this.title(), this.cards(), this.notes(), this.toolbar(), this.axis(), this.waterfall);
    this.draw();
  }

  title() {
    const {trace} = this;
    const state = trace.complete ? ['complete', 'complete'] : trace.truncated ? ['cut', 'longer than is shown']
      : ['incomplete', 'incomplete'];
    return el('div', {class: 'title'},
      el('h1', {}, el('span', {class: 'quiet'}, 'Trace '), el('code', {}, trace.trace_id)),
      el('span', {class: 'badge ' + state[0]}, state[1]),
      trace.counts.failures ? el('span', {class: 'badge failed'}, plural(trace.counts.failures, 'failure')) : null);
  }

  cards() {
    const {totals, counts, services, spans} = this.trace;
    const cost = totals.cost_usd === null ? 'unpriced' : '$' + money(totals.cost_usd);
    const tokens = totals.tokens.toLocaleString('en');
    return el('div', {class: 'cards'},
      card('Duration', seconds(totals.duration_seconds), clock(this.trace.started_at)),
      totals.llm_calls ? card('Cost', cost, totals.unpriced_calls && totals.cost_usd !== null
        ? `${totals.unpriced_calls} of ${totals.llm_calls} calls unpriced` : plural(totals.llm_calls, 'LLM call')) : null,
      totals.llm_calls ? card('Tokens', tokens, `${totals.prompt_tokens.toLocaleString('en')} in, `
        + `${totals.completion_tokens.toLocaleString('en')} out`) : null,
      totals.cache_hits + totals.cache_misses ? card('Cache', `${totals.cache_hits} of ${totals.cache_hits + totals.cache_misses}`,
        totals.saved_usd === null ? 'hits' : `hits, $${money(totals.saved_usd)} saved`) : null,
      card('Work', plural(spans.length, 'span'), plural(counts.logs, 'log line')),
      el('div', {class: 'card wide'}, el('span', {}, 'Services'), el('div', {class: 'names'},
        services.map(name => el('span', {class: 'service ' + tone(name)}, name)))));
  }

  notes() {
    const {missing, warnings, gaps, truncated} = this.trace;
    const notes = [...(truncated ? [['missing', 'The trace is longer than an answer holds: its end is not shown.']] : []),
      ...missing.map(text => ['missing', text]), ...warnings.map(warning => [warning.kind, warning.message, warning.span_id]),
      ...gaps.map(gap => ['gap', gap.message])];
    return notes.length ? el('ul', {class: 'notes'}, notes.map(([kind, text, span]) => el('li', {class: kind},
      el('b', {}, kind.replaceAll('_', ' ')), span ? el('button', {type: 'button', class: 'link',
        onclick: () => this.reveal(span)}, text) : text))) : null;
  }

  toolbar() {
    const recent = Date.now() - Date.parse(this.trace.ended_at) < RECENT_MS;
    return el('div', {class: 'tools'},
      el('button', {type: 'button', 'aria-pressed': String(this.lines), title: 'Log lines under their span (l)',
        onclick: () => this.toggleLines()}, 'Log lines'),
      !this.trace.complete && recent || this.source ? el('button', {type: 'button', class: 'live',
        'aria-pressed': String(Boolean(this.source)), onclick: () => this.toggleFollowing()}, el('i', {class: 'dot'}), 'Follow') : null,
      el('span', {class: 'gap'}),
      el('button', {type: 'button', onclick: () => copy(curl(this.address), 'Command')}, 'Copy as curl'),
      el('a', {href: this.address, target: '_blank', rel: 'noreferrer'}, 'JSON'),
      el('a', {href: '/?' + new URLSearchParams({ask: `trace_id:${this.id}`})}, 'Search in it'),
      this.app.grafana ? el('a', {href: this.grafana(), target: '_blank', rel: 'noreferrer'}, 'Open in Grafana ↗') : null);
  }

  /** Explore with the Zipkin data source that infra/grafana provisions. */
  grafana() {
    const source = {type: 'zipkin', uid: 'throughline-traces'};
    const pane = {datasource: source.uid, queries: [{refId: 'A', datasource: source, queryType: 'traceID', query: this.id}],
      range: {from: String(this.begin - 60e3), to: String(this.begin + this.length + 60e3)}};
    return `${this.app.grafana}/explore?` + new URLSearchParams({schemaVersion: 1, orgId: 1, panes: JSON.stringify({trace: pane})});
  }

  axis() {
    return el('div', {class: 'axis', 'aria-hidden': 'true'}, el('span', {class: 'name'}, 'what'),
      el('div', {class: 'ticks'}, [0, 0.25, 0.5, 0.75, 1].map(share => {
        const tick = el('span', {}, seconds(share * this.length / 1e3) || '0');
        tick.style.left = `${share * 100}%`;
        return tick;
      })));
  }

  draw() {
    const {spans, entries} = this.trace;
    const children = new Map();
    spans.forEach(span => children.set(span.parent_id, [...(children.get(span.parent_id) ?? []), span]));
    this.rows = [];
    clear(this.waterfall);
    const place = entry => Date.parse(entry.timestamp ?? this.trace.started_at);
    const loose = entries.filter(entry => !entry.span_id && (this.lines || !spans.length)).map(entry => ({at: place(entry), entry}));
    const roots = (children.get(null) ?? []).map(span => ({at: Date.parse(span.started_at), span}));
    const walk = (items, depth) => items.sort((a, b) => a.at - b.at).forEach(({span, entry}) => {
      if (entry) {
        this.addRow(new EntryRow(this, entry, depth));
        return;
      }
      const inside = (children.get(span.span_id) ?? []).map(child => ({at: Date.parse(child.started_at), span: child}));
      const lines = span.entries.map(index => entries[index]).filter(found => found?.kind === 'log');
      const shown = this.lines ? lines.map(found => ({at: place(found), entry: found})) : [];
      this.addRow(new SpanRow(this, span, depth, inside.length > 0 || lines.length > 0, lines));
      if (!this.closed.has(span.span_id)) {
        walk([...inside, ...shown], depth + 1);
      }
    });
    walk([...roots, ...loose], 0);
    if (this.rows.length && this.chosen >= 0) {
      this.choose(Math.min(this.chosen, this.rows.length - 1), false);
    }
  }

  addRow(row) {
    this.rows.push(row);
    this.waterfall.append(row.node);
  }

  share(time) {
    return Math.min(100, Math.max(0, (Date.parse(time) - this.begin) / this.length * 100));
  }

  reveal(spanId) {
    this.closed.clear();
    this.draw();
    this.choose(this.rows.findIndex(row => row.span?.span_id === spanId));
  }

  choose(index, show = true) {
    this.rows[this.chosen]?.node.classList.remove('chosen');
    this.chosen = Math.max(0, Math.min(this.rows.length - 1, index));
    const row = this.rows[this.chosen];
    row?.node.classList.add('chosen');
    row?.head.focus({preventScroll: true});
    if (show) {
      row?.node.scrollIntoView({block: 'nearest'});
    }
  }

  toggleLines() {
    this.lines = !this.lines;
    this.show();
  }

  toggleFollowing() {
    if (this.source) {
      this.stopFollowing();
      this.show();
      return;
    }
    this.source = new EventSource('/api/v1/tail?' + new URLSearchParams({trace_id: this.id, kind: 'all'}));
    const soon = () => {
      this.timer ??= setTimeout(async () => {
        this.timer = null;
        await this.load();
        if (this.trace?.complete) {
          this.stopFollowing();
          this.show();
        }
      }, 500);
    };
    ['log', 'event', 'dropped', 'open'].forEach(name => this.source.addEventListener(name, soon));
    this.show();
  }

  stopFollowing() {
    this.source?.close();
    this.source = null;
    clearTimeout(this.timer);
    this.timer = null;
  }

  key(key) {
    const row = this.rows[this.chosen];
    switch (key) {
      case 'j': this.choose(this.chosen + 1); return true;
      case 'k': this.choose(this.chosen - 1); return true;
      case 'Enter': row?.toggle(); return Boolean(row);
      case 'l': this.toggleLines(); return true;
      case 'e': {
        const next = this.rows.findIndex((other, i) => i > this.chosen && other.failed);
        if (next >= 0) {
          this.choose(next);
        }
        return true;
      }
      case 'Escape': {
        const open = this.rows.filter(other => other.details);
        if (open.length) {
          open.forEach(other => other.toggle());
        } else {
          this.app.open('/');
        }
        return true;
      }
      default: return false;
    }
  }
}

/** A row that opens to its details. */
class TraceRow {
  constructor(view, key, failed) {
    this.view = view;
    this.rowKey = key;
    this.failed = failed;
  }

  finish(kind, head) {
    this.head = head;
    this.node = el('li', {class: kind + (this.failed ? ' failed' : '')}, head);
    if (this.view.opened.has(this.rowKey)) {
      this.toggle();
    }
  }

  click() {
    this.view.choose(this.view.rows.indexOf(this), false);
    this.toggle();
  }

  toggle() {
    if (this.details) {
      this.details.remove();
      this.details = null;
      this.view.opened.delete(this.rowKey);
    } else {
      this.details = el('div', {class: 'details'}, this.facts());
      this.node.append(this.details);
      this.view.opened.add(this.rowKey);
    }
    this.head.setAttribute('aria-expanded', String(Boolean(this.details)));
  }
}

class SpanRow extends TraceRow {
  constructor(view, span, depth, holds, lines) {
    super(view, span.span_id, span.failed);
    this.span = span;
    const shut = view.closed.has(span.span_id);
    const fold = el('button', {type: 'button', class: 'fold' + (holds ? '' : ' none'), tabindex: -1,
      'aria-label': shut ? 'Unfold' : 'Fold', onclick: event => this.fold(event)}, shut ? '▸' : '▾');
    const name = el('div', {class: 'name'}, fold, el('span', {class: 'service ' + tone(span.service), title: span.service}, span.service),
      el('span', {class: 'what', title: span.name}, span.name), span.failed ? el('span', {class: 'mark'}, '✕') : null);
    name.style.paddingLeft = `${depth * 14}px`;
    this.finish('span', el('div', {class: 'head', tabindex: 0, role: 'button', 'aria-expanded': 'false',
      onclick: () => this.click()}, name, this.lane(lines)));
  }

  lane(lines) {
    const {view, span} = this;
    const left = view.share(span.started_at);
    const right = span.open ? 100 : view.share(span.ended_at);
    const bar = el('span', {class: `bar ${tone(span.service)}` + (span.open ? ' open' : '')});
    bar.style.left = `${left}%`;
    bar.style.width = `${right - left}%`;
    const label = el('span', {class: 'length'}, span.open ? 'not completed'
      : span.kind === 'cache' || span.kind === 'database' ? '' : seconds(span.duration_seconds),
      span.attributes.cost_usd !== undefined ? ` · $${money(span.attributes.cost_usd)}` : '');
    if (right > 78 && span.open) {
      label.classList.add('open');
      label.style.left = `${left}%`;
    } else if (right > 78 && left > 22) {
      label.classList.add('before');
      label.style.right = `${100 - left}%`;
    } else if (right > 78) {
      label.classList.add('in');
      label.style.right = `${100 - right}%`;
    } else {
      label.style.left = `${right}%`;
    }
    const marks = lines.map(line => {
      const mark = el('i', {class: 'tick ' + levelClass(line.record?.level)});
      mark.style.left = `${view.share(line.timestamp)}%`;
      return mark;
    });
    const queue = span.queued_seconds > 0 ? el('span', {class: 'queue', title: `${seconds(span.queued_seconds)} in the queue`}) : null;
    if (queue) {
      queue.style.left = `${left}%`;
      queue.style.width = `${Math.min(right - left, span.queued_seconds * 1e5 / view.length)}%`;
    }
    return el('div', {class: 'lane'}, bar, queue, marks, label);
  }

  fold(event) {
    event.stopPropagation();
    const {closed} = this.view;
    if (!closed.delete(this.span.span_id)) {
      closed.add(this.span.span_id);
    }
    this.view.draw();
  }

  facts() {
    const {span, view} = this;
    const facts = {kind: span.kind, service: span.service, started: clock(span.started_at),
      ended: span.open ? 'not yet' : clock(span.ended_at), duration: seconds(span.duration_seconds) || null,
      queued: span.queued_seconds === undefined ? null : seconds(Math.abs(span.queued_seconds)), job_id: span.job_id,
      batch_id: span.batch_id, status: span.status, error_code: span.error_code, ...span.attributes, span_id: span.span_id};
    delete facts.duration_seconds;
    const events = span.entries.map(index => view.trace.entries[index]).filter(entry => entry?.kind === 'event');
    return [el('dl', {class: 'fields'}, Object.entries(facts).filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [el('dt', {}, name), el('dd', {}, name.endsWith('_usd') ? '$' + money(value) : String(value))])),
      events.map(entry => record(entry))];
  }
}

class EntryRow extends TraceRow {
  constructor(view, entry, depth) {
    const level = entry.record?.level;
    super(view, `${entry.topic}-${entry.partition}-${entry.offset}`, levelClass(level) === 'error');
    this.entry = entry;
    const message = entry.record?.message ?? entry.summary ?? String(entry.record);
    const name = el('div', {class: 'name said'}, el('span', {class: 'level ' + levelClass(level)}, level ?? entry.record?.event_type ?? '?'),
      el('span', {class: 'message', title: String(message).slice(0, 2000)}, String(message).split('\n')[0]));
    name.style.paddingLeft = `${depth * 14 + 18}px`;
    const dot = el('i', {class: 'tick ' + levelClass(level)});
    dot.style.left = `${view.share(entry.timestamp)}%`;
    const when = el('span', {class: 'length quiet'}, '+' + (seconds((Date.parse(entry.timestamp) - view.begin) / 1e3) || '0 ms'));
    const left = view.share(entry.timestamp);
    if (left > 85) {
      when.classList.add('before');
      when.style.right = `${100 - left}%`;
    } else {
      when.style.left = `${left}%`;
    }
    this.finish('line', el('div', {class: 'head', tabindex: 0, role: 'button', 'aria-expanded': 'false',
      onclick: () => this.click()}, name, el('div', {class: 'lane'}, dot, when)));
  }

  facts() {
    const {entry} = this;
    const text = entry.record ?? {};
    return [text.stack_trace ? el('pre', {class: 'stack'}, String(text.stack_trace)) : null, record(entry)];
  }
}

function record(entry) {
  const text = typeof entry.record === 'string' ? entry.record : JSON.stringify(entry.record);
  return el('div', {}, el('p', {class: 'quiet'}, `${entry.topic} partition ${entry.partition} offset ${entry.offset}`,
    el('button', {type: 'button', class: 'link', onclick: () => copy(text, 'Record')}, 'copy')),
    el('pre', {class: 'json'}, typeof entry.record === 'string' ? text : pretty(text)));
}

function card(name, value, under) {
  return el('div', {class: 'card'}, el('span', {}, name), el('b', {}, value), el('small', {}, under));
}

function plural(count, what) {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}

/** Small sums keep the digits that count. */
function money(usd) {
  const value = Number(usd);
  return value >= 1 ? value.toFixed(2) : value >= 0.1 ? String(Number(value.toFixed(4))).padEnd(4, '0')
    : String(Number(value >= 0.01 ? value.toFixed(4) : value.toPrecision(3)));
}
