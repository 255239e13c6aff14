import {el, clear, json, problem, pretty, copy, curl, seconds, clock, tone, levelClass} from './dom.js';
import {Histogram} from './histogram.js';
import {parse, search, written} from './query.js';

const PAGE = 100;
const MOST_LIVE = 500;
const BEHIND_MS = 10e3;
const RANGES = {'': 'any time', '15m': 'last 15 minutes', '1h': 'last hour', '6h': 'last 6 hours', '24h': 'last 24 hours',
  '7d': 'last 7 days'};
const LEVELS = {'': 'All levels', INFO: 'Info +', WARNING: 'Warning +', ERROR: 'Errors'};
const UNITS = {m: 60e3, h: 3600e3, d: 86400e3};
const FILTERS = ['trace_id', 'request_id', 'user_id', 'job_id', 'batch_id', 'service', 'logger', 'error_code', 'status_code'];

/** Searching and following log lines. */
export class SearchView {
  constructor(app, main, given) {
    this.app = app;
    this.main = main;
    const words = ['ask', 'q'].map(name => given.get(name)).filter(Boolean);
    for (const field of [...FILTERS, 'level'].filter(name => name !== 'service' && given.has(name))) {
      words.unshift(written(field, given.get(field)));
    }
    this.state = {ask: words.join(' '), min_level: given.get('min_level') ?? '', service: given.get('service') ?? '',
      range: given.get('range') ?? '', from: given.get('from') ?? '', to: given.get('to') ?? ''};
    this.rows = [];
    this.chosen = -1;
  }

  start() {
    document.title = (this.state.ask ? this.state.ask + ' · ' : '') + 'Throughline logs';
    this.app.box.value = this.state.ask;
    this.histogram = new Histogram((from, to) => this.change({from, to, range: ''}));
    this.status = el('span', {class: 'status', role: 'status'});
    this.list = el('ol', {class: 'rows', 'aria-label': 'Log lines'});
    this.foot = el('div', {class: 'foot'});
    this.message = el('div');
    clear(this.main, this.filters(), this.histogram.node,
      el('div', {class: 'tools'}, this.status, this.liveButton(), this.curlButton()), this.message, this.list, this.foot);
    this.load();
  }

  close() {
    this.abort?.abort();
    this.stopLive();
  }

  filters() {
    const levels = el('div', {class: 'levels', role: 'group', 'aria-label': 'Level'},
      Object.entries(LEVELS).map(([level, name]) => el('button', {type: 'button',
        'aria-pressed': String(this.state.min_level === level), onclick: () => this.change({min_level: level})}, name)));
    this.services = el('select', {'aria-label': 'Service', onchange: event => this.change({service: event.target.value})},
      el('option', {value: ''}, 'All services'));
    this.showServices();
    json('/api/v1/services').then(names => {
      this.app.services = names;
      this.showServices();
    }).catch(() => {});
    const times = el('select', {'aria-label': 'Time',
      onchange: event => this.change({range: event.target.value, from: '', to: ''})},
      Object.entries(RANGES).map(([range, name]) => el('option', {value: range, selected: range === this.state.range}, name)));
    const chosen = this.state.from || this.state.to ? el('button', {type: 'button', class: 'chip',
      title: 'Show any time again', onclick: () => this.change({from: '', to: ''})},
      `${this.state.from ? clock(this.state.from) : '…'} – ${this.state.to ? clock(this.state.to) : '…'}`, ' ×') : null;
    return el('div', {class: 'filters'}, levels, this.services, times, chosen);
  }

  showServices() {
    const names = [...new Set([...this.app.services, this.state.service].filter(Boolean))].sort();
    clear(this.services, el('option', {value: ''}, 'All services'),
      names.map(name => el('option', {value: name, selected: name === this.state.service}, name)));
  }

  liveButton() {
    this.live = el('button', {type: 'button', class: 'live', 'aria-pressed': 'false', title: 'Show lines as they arrive (l)',
      onclick: () => this.toggleLive()}, el('i', {class: 'dot'}), 'Live');
    return this.live;
  }

  curlButton() {
    return el('button', {type: 'button', onclick: () => copy(curl('/api/v1/logs' + search(this.parameters())), 'Command')},
      'Copy as curl');
  }

  /** The search that box and filters stand for. */
  parameters() {
    const {min_level, service, range, from, to} = this.state;
    const parameters = parse(this.state.ask);
    if (min_level && !parameters.level) {
      parameters.min_level ??= min_level;
    }
    if (service) {
      parameters.service ??= service;
    }
    const span = range.match(/^(\d+)([mhd])$/);
    if (span) {
      parameters.from = new Date(Date.now() - Number(span[1]) * UNITS[span[2]]).toISOString();
    }
    if (from) {
      parameters.from = from;
    }
    if (to) {
      parameters.to = to;
    }
    return parameters;
  }

  ask() {
    this.change({ask: this.app.box.value.trim()});
  }

  /** Another search, with an address of its own. */
  change(difference) {
    const next = {...this.state, ask: this.app.box.value.trim(), ...difference};
    this.app.open('/' + search(next));
  }

  async load(cursor) {
    this.abort?.abort();
    this.abort = new AbortController();
    const {signal} = this.abort;
    const parameters = this.parameters();
    const began = performance.now();
    this.main.setAttribute('aria-busy', 'true');
    clear(this.foot, el('span', {class: 'quiet'}, 'searching …'));
    if (!cursor) {
      json('/api/v1/logs/histogram' + search(parameters), signal).then(data => this.histogram.show(data)).catch(() => {});
    }
    try {
      const answer = await fetch('/api/v1/logs' + search({...parameters, limit: PAGE, cursor}), {signal});
      if (!answer.ok) {
        throw new Error(await problem(answer));
      }
      const lines = (await answer.text()).split('\n').filter(Boolean);
      this.show(lines, answer, cursor, performance.now() - began);
    } catch (e) {
      if (e.name !== 'AbortError') {
        this.failed(e);
      }
    } finally {
      if (!signal.aborted) {
        this.main.removeAttribute('aria-busy');
      }
    }
  }

  show(lines, answer, cursor, took) {
    const missing = answer.headers.get('X-Missing-Peers');
    clear(this.message, missing ? this.app.notice('error', 'Not everything was searched',
      `${missing.replaceAll(',', ', ')} did not answer: what it holds is neither listed nor counted here.`) : null);
    lines.forEach(line => this.add(line));
    const total = Number(answer.headers.get('X-Total-Matched'));
    const next = answer.headers.get('X-Next-Cursor');
    this.status.textContent = `${total.toLocaleString('en')} ${total === 1 ? 'line' : 'lines'} · newest first`
      + (cursor ? '' : ` · ${Math.round(took)} ms`) + (missing ? ' · incomplete' : '');
    const watermark = answer.headers.get('X-Watermark');
    this.status.title = watermark ? `What was published before ${watermark} is searchable` : '';
    if (watermark && Date.now() - Date.parse(watermark) > BEHIND_MS) {
      this.status.textContent += ` · searchable up to ${clock(watermark)}`;
    }
    clear(this.foot, next ? el('button', {type: 'button', class: 'more', onclick: () => this.load(next)}, 'Older lines')
      : lines.length || cursor ? el('span', {class: 'quiet'}, 'no more lines') : '');
    if (!lines.length && !cursor) {
      this.message.append(this.nothing());
    }
  }

  nothing() {
    const asked = Object.keys(this.parameters()).length > 0;
    return asked ? this.app.notice('', 'No line matches', 'Every word has to occur in one line. Take a word or a filter '
      + 'away, choose another time, or turn on Live to wait for the next one.')
      : this.app.notice('', 'Nothing is stored yet', 'Lines appear here as services publish them. ./throughline up --demo '
      + 'makes some.');
  }

  failed(error) {
    clear(this.foot);
    clear(this.message, this.app.notice('error', 'The search was refused', error.message === 'Failed to fetch'
      ? 'The log shipper does not answer.' : error.message));
    this.status.textContent = '';
  }

  add(text, first = false) {
    const row = new Row(this, text);
    if (first) {
      this.list.prepend(row.node);
      this.rows.unshift(row);
      this.chosen += this.chosen >= 0 ? 1 : 0;
    } else {
      this.list.append(row.node);
      this.rows.push(row);
    }
    return row;
  }

  choose(index, show = true) {
    this.rows[this.chosen]?.node.classList.remove('chosen');
    this.chosen = Math.max(0, Math.min(this.rows.length - 1, index));
    const row = this.rows[this.chosen];
    if (row) {
      row.node.classList.add('chosen');
      row.head.focus({preventScroll: true});
      if (show) {
        row.node.scrollIntoView({block: 'nearest'});
      }
    }
  }

  key(key) {
    const row = this.rows[this.chosen];
    switch (key) {
      case 'j': this.choose(this.chosen + 1); return true;
      case 'k': this.choose(this.chosen - 1); return true;
      case 'Enter': row?.toggle(); return Boolean(row);
      case 't': row?.openTrace(); return Boolean(row);
      case 'e': {
        const next = this.rows.findIndex((other, i) => i > this.chosen && levelClass(other.line.level) === 'error');
        if (next >= 0) {
          this.choose(next);
        }
        return true;
      }
      case 'l': this.toggleLive(); return true;
      case 'Escape':
        if (this.rows.some(other => other.details)) {
          this.rows.forEach(other => other.toggle(false));
        } else if (this.source) {
          this.stopLive();
        } else if (location.search) {
          this.app.open('/');
        }
        return true;
      default: return false;
    }
  }

  toggleLive() {
    if (this.source) {
      this.stopLive();
      return;
    }
    const {from, to, ...followed} = this.parameters();
    this.arrived = 0;
    this.notShown = [];
    this.waiting = [];
    // From the newest stored lines on, so that none is missing between the search and the first that arrives.
    this.abort?.abort();
    this.main.removeAttribute('aria-busy');
    this.rows = [];
    this.chosen = -1;
    clear(this.list);
    clear(this.foot);
    this.source = new EventSource('/api/v1/tail' + search({...followed, backlog: PAGE}));
    this.source.addEventListener('log', event => this.arrive(event));
    this.source.addEventListener('dropped', event => this.arrive(event, JSON.parse(event.data)));
    this.source.addEventListener('incomplete', event => {
      this.notShown = JSON.parse(event.data).not_shown;
      this.liveStatus();
    });
    this.source.onopen = () => this.liveStatus();
    this.source.onerror = () => {
      this.live.classList.add('broken');
      this.status.textContent = this.source?.readyState === EventSource.CLOSED
        ? 'The live tail was refused' : 'The live tail broke off, trying again …';
    };
    this.live.setAttribute('aria-pressed', 'true');
    this.liveStatus();
  }

  stopLive() {
    this.source?.close();
    this.source = null;
    cancelAnimationFrame(this.frame);
    this.live?.setAttribute('aria-pressed', 'false');
    this.live?.classList.remove('broken');
  }

  liveStatus() {
    this.live.classList.remove('broken');
    this.status.textContent = `live · ${this.arrived.toLocaleString('en')} ${this.arrived === 1 ? 'line' : 'lines'} so far`
      + (this.notShown.length ? ` · new lines of ${this.notShown.join(', ')} do not come here` : '');
  }

  /** Lines are shown once a frame, however many arrive. */
  arrive(event, dropped) {
    // What was stored before has no id.
    this.arrived += !dropped && event.lastEventId ? 1 : 0;
    this.waiting.push(dropped ?? event.data);
    if (this.waiting.length > MOST_LIVE) {
      this.waiting.splice(0, this.waiting.length - MOST_LIVE);
    }
    if (this.waiting.length === 1) {
      this.frame = requestAnimationFrame(() => this.showArrived());
    }
  }

  showArrived() {
    clear(this.message);
    for (const item of this.waiting.splice(0)) {
      if (typeof item === 'string') {
        this.add(item, true).node.classList.add('fresh');
      } else {
        this.list.prepend(el('li', {class: 'dropped'}, item.count === null
          ? 'Lines may be missing here: the tail was away for too long'
          : `${item.count.toLocaleString('en')} lines are missing here: this page could not keep up`));
      }
    }
    while (this.rows.length > MOST_LIVE) {
      this.rows.pop().node.remove();
    }
    this.liveStatus();
  }
}

/** One log line, and what there is to know of it when it is opened. */
class Row {
  constructor(view, text) {
    this.view = view;
    this.text = text;
    this.line = parsed(text);
    const line = this.line;
    const facts = [line.error_code, line.status_code, line.duration_ms === undefined || line.duration_ms === null ? null
      : seconds(line.duration_ms / 1e3)].filter(fact => fact !== null && fact !== undefined && fact !== '');
    this.head = el('div', {class: 'head', tabindex: 0, role: 'button', 'aria-expanded': 'false', onclick: () => this.click()},
      el('time', {datetime: line.timestamp, title: line.timestamp}, clock(line.timestamp)),
      el('span', {class: 'level ' + levelClass(line.level)}, line.level ?? ''),
      el('span', {class: 'service ' + tone(line.service)}, line.service ?? ''),
      el('span', {class: 'message'}, String(line.message ?? '').split('\n')[0]),
      el('span', {class: 'facts'}, facts.map(fact => el('span', {}, fact))));
    this.node = el('li', {class: 'row ' + levelClass(line.level)}, this.head);
  }

  click() {
    this.view.choose(this.view.rows.indexOf(this), false);
    this.toggle();
  }

  toggle(open = !this.details) {
    if (open && !this.details) {
      this.details = this.makeDetails();
      this.node.append(this.details);
    } else if (!open && this.details) {
      this.details.remove();
      this.details = null;
    }
    this.head.setAttribute('aria-expanded', String(Boolean(this.details)));
  }

  openTrace() {
    if (this.line.trace_id) {
      this.view.app.open('/trace/' + encodeURIComponent(this.line.trace_id));
    }
  }

  makeDetails() {
    const line = this.line;
    const fields = FILTERS.filter(field => line[field] !== undefined && line[field] !== null).map(field => [
      el('dt', {}, field), el('dd', {}, el('button', {type: 'button', class: 'value', title: 'Only lines with this value',
        onclick: () => this.filter(field, String(line[field]))}, String(line[field])))]);
    return el('div', {class: 'details'},
      el('div', {class: 'actions'},
        line.trace_id ? el('a', {href: '/trace/' + encodeURIComponent(line.trace_id)}, 'Open trace →') : null,
        el('button', {type: 'button', onclick: () => copy(this.text, 'Line')}, 'Copy JSON'),
        line.trace_id ? el('button', {type: 'button', onclick: () => copy(
          curl('/api/v1/logs' + search({trace_id: line.trace_id})), 'Command')}, 'Copy trace as curl') : null),
      String(line.message ?? '').length > 100 || String(line.message ?? '').includes('\n')
        ? el('pre', {class: 'full'}, String(line.message)) : null,
      line.stack_trace ? el('pre', {class: 'stack'}, String(line.stack_trace)) : null,
      el('dl', {class: 'fields'}, fields), el('pre', {class: 'json'}, pretty(this.text)));
  }

  filter(field, value) {
    if (field === 'service') {
      this.view.change({service: value});
    } else {
      const others = this.view.app.box.value.trim();
      const condition = written(field, value);
      this.view.change({ask: others.includes(condition) ? others : `${others} ${condition}`.trim()});
    }
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {message: text};
  }
}
