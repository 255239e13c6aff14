/* The overview page: asks the aggregator every few seconds and draws what it answers. */
(() => {
  'use strict';

  const OVERVIEW_EVERY = 3000;
  const CHARTS_EVERY = { '1h': 5000, '6h': 15000, '24h': 30000 };
  const MOST_SERIES = 6;
  const SVG = 'http://www.w3.org/2000/svg';
  const STATUS_COLOURS = { success: '--good', failed: '--bad', cancelled: '--none' };
  const STATES = { good: '✓ on target', warning: '! off target', bad: '▲ alert', none: '' };

  const perMinute = (answer, window) => window.sum * 60 / answer.step_seconds;
  const perHour = (answer, window) => window.sum * 3600 / answer.step_seconds;
  const rate = (answer, window) => window.rate;
  const whole = (answer) => only(answer, '');

  /* Each draws lines of [name, values by start of window, colour]. */
  const CHARTS = [
    { id: 'jobs', title: 'Jobs completed', unit: 'per minute', nothing: 'No job was completed',
      queries: ['metric=jobs_completed_total&by=status'],
      lines: ([jobs]) => jobs.series.map(s => line(s.labels.status, jobs, s, perMinute, STATUS_COLOURS[s.labels.status])) },
    { id: 'duration', title: 'Job duration', unit: 'seconds', nothing: 'No job was completed', log: true,
      queries: ['metric=job_duration_seconds&by=&quantiles=0.5,0.95,0.99'],
      lines: ([jobs]) => ['0.99', '0.95', '0.5'].flatMap((q, i) => whole(jobs).map(s =>
        line('p' + 100 * q, jobs, s, (a, w) => w.quantiles[q], ['--s2', '--s4', '--s1'][i]))) },
    { id: 'llm', title: 'LLM latency, p95 by model', unit: 'seconds', nothing: 'No language model was called',
      queries: ['metric=llm_latency_seconds&by=model&quantiles=0.95'],
      lines: ([llm]) => llm.series.map(s => line(s.labels.model, llm, s, (a, w) => w.quantiles['0.95'])),
      weight: s => s.windows.reduce((sum, w) => sum + w.count, 0) },
    { id: 'requests', title: 'Requests', unit: 'per second', nothing: 'No request was answered',
      queries: ['metric=http_requests_total&by=', 'metric=llm_requests_total&by=', 'metric=database_errors_total&by='],
      lines: ([http, llm, db]) => [...whole(http).map(s => line('HTTP', http, s, rate, '--s4')),
        ...whole(llm).map(s => line('LLM', llm, s, rate, '--s3')),
        ...whole(db).map(s => line('database errors', db, s, rate, '--bad'))] },
    { id: 'cache', title: 'Cache hit rate', unit: 'percent', nothing: 'No cache was asked', range: [0, 100],
      queries: ['metric=cache_hits_total', 'metric=cache_misses_total'], lines: hitRate },
    { id: 'cost', title: 'LLM cost by model', unit: 'US dollars per hour', nothing: 'No call to a language model had a price',
      queries: ['metric=llm_cost_usd_total&by=model'],
      lines: ([cost]) => top(cost.series, s => total(s)).map(s => line(s.labels.model, cost, s, perHour)) },
  ];

  const byId = id => document.getElementById(id);
  const state = { range: '1h', paused: false, completeUpTo: null, hover: null, failedSince: null };
  const drawn = new Map();

  /* ---- numbers ---- */

  const SHORT = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, notation: 'compact' });
  const short = value => value == null ? '–' : value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(1) : SHORT.format(value);

  function kpiText(kpi) {
    const digits = (n) => kpi.value.toLocaleString('en', { minimumFractionDigits: n, maximumFractionDigits: n });
    switch (kpi.unit) {
      case 'percent': return [digits(kpi.value > 99 && kpi.value < 100 ? 2 : 1), '%'];
      case 'seconds': return kpi.value < 1 ? [(kpi.value * 1000).toFixed(0), 'ms']
        : kpi.value < 120 ? [digits(kpi.value < 10 ? 2 : 1), 's'] : [(kpi.value / 60).toFixed(1), 'min'];
      case 'usd': return [(kpi.value > 0 && kpi.value < 0.01 ? '<0.01' : digits(2)), 'USD'];
      case 'per_second': return [digits(kpi.value < 10 ? 2 : kpi.value < 100 ? 1 : 0), '/ s'];
      default: return [digits(0), ''];
    }
  }

  function goalText(kpi) {
    if (!kpi.target) return '';
    const unit = { percent: ' %', seconds: ' s' }[kpi.unit] || '';
    const spaced = text => text[0] + ' ' + text.slice(1) + unit;
    return 'target ' + spaced(kpi.target) + ', alert ' + spaced(kpi.alert);
  }

  function ago(time) {
    const seconds = Math.max(0, (Date.now() - time) / 1000);
    if (seconds < 90) return Math.round(seconds) + ' s ago';
    if (seconds < 5400) return Math.round(seconds / 60) + ' min ago';
    return seconds < 172800 ? Math.round(seconds / 3600) + ' h ago' : Math.round(seconds / 86400) + ' days ago';
  }

  const clock = (time, seconds) => new Date(time).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}), hour12: false });

  /* ---- elements ---- */

  function element(name, className, ...children) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  }

  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function showKpis(kpis) {
    const list = byId('kpis');
    kpis.forEach((kpi, i) => {
      const card = list.children[i] || list.appendChild(element('li', 'kpi'));
      card.id = 'kpi-' + kpi.id;
      card.dataset.state = kpi.state;
      const head = element('div', 'head', element('span', 'name', kpi.label),
        element('span', '', [kpi.note === 'of jobs' ? 'jobs' : '', kpi.over && 'last ' + kpi.over].filter(Boolean).join(', ')));
      let value;
      if (kpi.value == null) {
        value = element('div', 'value empty', kpi.note && kpi.note !== 'of jobs' ? kpi.note : 'nothing yet');
      } else {
        const [number, unit] = kpiText(kpi);
        value = element('div', 'value', number);
        if (unit) value.append(element('small', '', unit));
      }
      const badge = element('span', 'badge', STATES[kpi.state]);
      badge.dataset.state = kpi.state;
      const note = goalText(kpi) || (kpi.value != null && kpi.note) || '';
      card.replaceChildren(head, value, element('div', 'foot', element('span', '', note), badge));
    });
  }

  function showLinks(links) {
    const nav = byId('links');
    const wanted = [['/metrics', 'Metrics'], ['/health', 'Health'], ...Object.entries(links).map(([name, href]) => [href, name])];
    if (nav.childElementCount === wanted.length) return;
    nav.replaceChildren(...wanted.map(([href, name]) => {
      const link = element('a', '', name);
      link.href = href;
      return link;
    }));
  }

  function showStatus(kind, text) {
    byId('status').dataset.state = kind;
    byId('status-text').textContent = text;
  }

  function banner(...content) {
    const place = byId('banner');
    place.hidden = content.length === 0;
    if (place.textContent !== content.map(c => c.textContent || c).join('')) place.replaceChildren(...content);
  }

  /* ---- asking ---- */

  async function ask(path) {
    const answer = await fetch(path, { headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(8000) });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.detail || 'the aggregator answered ' + answer.status);
    return body;
  }

  function failed(error) {
    state.failedSince ||= Date.now();
    const network = error instanceof TypeError || error.name === 'TimeoutError';
    showStatus('bad', network ? 'no answer' : 'not ready');
    banner(network ? 'The aggregator does not answer since ' + clock(state.failedSince, true) + '. What is shown is from before; asking again.'
      : 'Not ready: ' + error.message);
  }

  function succeeded(overview) {
    state.failedSince = null;
    state.completeUpTo = overview.complete_up_to && Date.parse(overview.complete_up_to);
    if (state.completeUpTo == null) {
      showStatus('late', 'the brokers do not say how far the counts are complete');
    } else {
      showStatus(Date.now() - state.completeUpTo > 15000 ? 'late' : 'good',
        'complete up to ' + clock(state.completeUpTo, true) + ' (' + ago(state.completeUpTo) + ')');
    }
    const newest = overview.newest_event && Date.parse(overview.newest_event);
    if (!newest) {
      banner('Nothing has been counted yet. ', element('code', '', './throughline up --demo'), ' starts believable traffic, ',
        element('code', '', './throughline publish FILE'), ' publishes events of your own.');
    } else if (Date.now() - newest > 3600000) {
      banner('No event in the last hour: the newest one counted is of ' + new Date(newest).toLocaleString() + ' (' + ago(newest) + ').');
    } else {
      banner();
    }
  }

  async function overview() {
    try {
      const answer = await ask('/api/v1/overview');
      showLinks(answer.links);
      showKpis(answer.kpis);
      succeeded(answer);
    } catch (error) {
      failed(error);
    }
  }

  const url = (query) => '/api/v1/windows?' + query + '&from=-' + state.range + '&to=now';

  async function charts() {
    await Promise.all(CHARTS.map(async chart => {
      const range = state.range;
      try {
        const answers = await Promise.all(chart.queries.map(query => ask(url(query))));
        if (range === state.range) draw(chart, answers);
      } catch (error) {
        /* told by the overview, which asks the same server; what was drawn stays */
      }
    }));
  }

  /* ---- lines ---- */

  const total = series => series.windows.reduce((sum, w) => sum + w.sum, 0);
  const only = answer => answer.series.slice(0, 1);
  const top = (series, weight) => [...series].sort((a, b) => weight(b) - weight(a)).slice(0, MOST_SERIES);

  function line(name, answer, series, value, colourName) {
    return { name: name || '(empty)', colourName, values: new Map(series.windows.map(w => [Date.parse(w.start) / 1000, value(answer, w)])) };
  }

  function hitRate([hits, misses]) {
    const sums = answer => new Map(answer.series.flatMap(s => s.windows.map(w => [Date.parse(w.start) / 1000, w.sum])));
    const hit = sums(hits), missed = sums(misses), values = new Map();
    for (const start of new Set([...hit.keys(), ...missed.keys()])) {
      const asked = (hit.get(start) || 0) + (missed.get(start) || 0);
      values.set(start, asked ? 100 * (hit.get(start) || 0) / asked : null);
    }
    const constant = value => new Map([...values.keys()].map(start => [start, value]));
    return values.size === 0 ? [] : [{ name: 'hit rate', colourName: '--s1', values },
      { name: 'target', colourName: '--good', values: constant(60), dashed: true, quiet: true },
      { name: 'alert', colourName: '--bad', values: constant(50), dashed: true, quiet: true }];
  }

  /* A window that is not complete yet would look like a drop, and is left out. */
  function table(lines, answers) {
    const from = Date.parse(answers[0].from) / 1000, to = Date.parse(answers[0].to) / 1000, step = answers[0].step_seconds;
    const complete = (state.completeUpTo ?? Date.now()) / 1000;
    const starts = [];
    for (let start = from; start < to; start += step) starts.push(start);
    return [starts, ...lines.map(l => starts.map(start => start + step > complete && !l.quiet ? null : l.values.get(start) ?? null))];
  }

  /* ---- drawing ---- */

  function card(chart) {
    const link = element('a', 'data', 'data');
    link.setAttribute('aria-label', 'data of ' + chart.title + ' as JSON');
    const plot = element('div', 'plot');
    const legend = element('ul', 'legend');
    const figure = element('figure', 'chart', element('figcaption', '', element('h3', '', chart.title),
      element('span', 'unit', chart.unit), link), plot, legend);
    figure.id = 'chart-' + chart.id;
    byId('charts').append(figure);
    const made = { chart, figure, link, plot, legend, uplot: null, shape: '', lines: [] };
    new ResizeObserver(() => made.uplot?.setSize({ width: plot.clientWidth, height: plot.clientHeight })).observe(plot);
    return made;
  }

  function draw(chart, answers) {
    const made = drawn.get(chart.id);
    let lines = chart.lines(answers);
    if (chart.weight) {
      const kept = new Set(top(answers[0].series, chart.weight));
      lines = lines.filter((_, i) => kept.has(answers[0].series[i]));
    }
    made.link.href = url(chart.queries[0]);
    made.figure.querySelector('.unit').textContent = chart.unit + ', each point ' + answers[0].step;
    const bound = answers[0].quantile_error;
    if (bound) byId('error-bound').textContent = (100 * bound.relative).toFixed(2) + ' %';
    const data = table(lines, answers);
    const empty = data.slice(1).every((column, i) => lines[i].quiet || column.every(value => value == null));
    made.lines = lines;
    made.data = data;
    const shape = empty ? '' : lines.map(l => l.name).join('\n') + document.documentElement.dataset.theme;
    if (shape !== made.shape || empty) {
      made.uplot?.destroy();
      made.uplot = null;
      made.plot.replaceChildren();
      if (empty) {
        made.plot.append(element('p', 'nothing', chart.nothing + ' in the last ' + rangeText() + '.'));
      } else {
        made.uplot = new uPlot(options(made, lines), data, made.plot);
      }
      made.shape = shape;
    } else {
      made.uplot.setData(data);
    }
    made.figure.dataset.points = empty ? 0 : data[0].length;
    legend(made, null);
  }

  const rangeText = () => ({ '1h': 'hour', '6h': '6 hours', '24h': '24 hours' })[state.range];
  const lineColour = (l, i) => colour(l.colourName || '--s' + (1 + i % 8));

  function options(made, lines) {
    const chart = made.chart;
    const axis = { stroke: colour('--muted'), grid: { stroke: colour('--grid'), width: 1 }, ticks: { show: false },
      font: '12px system-ui, "DejaVu Sans", sans-serif' };
    return {
      width: made.plot.clientWidth, height: made.plot.clientHeight, legend: { show: false }, padding: [12, 10, 0, 0],
      cursor: { sync: { key: 'event-time' }, y: false, points: { size: 6 }, drag: { x: false, y: false } },
      scales: { x: { time: true }, y: chart.log
        ? { distr: 3, range: (u, min, max) => logRange(min, max) }
        : { range: chart.range ? () => chart.range : (u, min, max) => [0, (max || 1) * 1.08] } },
      axes: [{ ...axis, space: 70, size: 30, values: (u, times) => times.map(t => clock(t * 1000)) },
        { ...axis, size: 52, space: 34, values: (u, values) => values.map(v => v == null ? '' : short(v)) }],
      series: [{}, ...lines.map((l, i) => ({ label: l.name, stroke: lineColour(l, i), width: l.quiet ? 1 : 1.8,
        dash: l.dashed ? [5, 5] : undefined, spanGaps: false, points: { show: l.quiet ? false : undefined, size: 4 },
        fill: lines.length === 1 ? lineColour(l, i) + '22' : undefined }))],
      hooks: { setCursor: [u => legend(made, u.cursor.idx)] },
    };
  }

  /* A power of ten below and above, so that a flat line has a scale too. */
  function logRange(min, max) {
    return [10 ** Math.floor(Math.log10(min || 0.1)), 10 ** Math.ceil(Math.log10((max || 1) * 1.01))];
  }

  function legend(made, index) {
    const newest = column => { let i = column.length - 1; while (i >= 0 && column[i] == null) i--; return i; };
    const items = made.shape === '' ? [] : made.lines.map((l, i) => {
      const column = made.data[i + 1];
      const swatch = document.createElementNS(SVG, 'svg');
      swatch.setAttribute('width', 14);
      swatch.setAttribute('height', 4);
      const stroke = document.createElementNS(SVG, 'path');
      stroke.setAttribute('d', l.dashed ? 'M0 2h5M9 2h5' : 'M0 2h14');
      stroke.setAttribute('stroke-width', l.dashed ? 2 : 4);
      stroke.setAttribute('stroke', lineColour(l, i));
      swatch.append(stroke);
      const name = element('span', 'series', l.name);
      name.title = l.name;
      return element('li', '', swatch, name, element('b', '', short(column[index ?? newest(column)])));
    });
    if (items.length && index != null) {
      items.push(element('li', 'when', clock(made.data[0][index] * 1000)));
    }
    made.legend.replaceChildren(...items);
    if (index == null) {
      made.plot.setAttribute('role', 'img');
      made.plot.setAttribute('aria-label', made.chart.title + ', ' + made.chart.unit + ', last ' + rangeText() + ': '
        + (items.length ? made.lines.map((l, i) => l.name + ' ' + short(made.data[i + 1][newest(made.data[i + 1])])).join(', ') : 'nothing'));
    }
  }

  /* ---- controls ---- */

  function remembered(key, otherwise) {
    try { return localStorage.getItem(key) || otherwise; } catch (error) { return otherwise; }
  }

  function remember(key, value) {
    try { localStorage.setItem(key, value); } catch (error) { /* private windows may not keep anything */ }
  }

  const systemDark = matchMedia('(prefers-color-scheme: dark)');

  function applyTheme() {
    const chosen = remembered('theme', 'system');
    document.documentElement.dataset.theme = chosen === 'system' ? (systemDark.matches ? 'dark' : 'light') : chosen;
    byId('theme').textContent = 'Theme: ' + chosen;
  }

  function every(period, what) {
    const round = async () => {
      if (!state.paused && !document.hidden) await what();
      setTimeout(round, typeof period === 'function' ? period() : period);
    };
    return round();
  }

  applyTheme();
  systemDark.addEventListener('change', () => { applyTheme(); charts(); });
  byId('theme').addEventListener('click', () => {
    const themes = ['system', 'light', 'dark'];
    remember('theme', themes[(themes.indexOf(remembered('theme', 'system')) + 1) % 3]);
    applyTheme();
    charts();
  });
  byId('pause').addEventListener('click', event => {
    state.paused = !state.paused;
    event.target.setAttribute('aria-pressed', state.paused);
    event.target.textContent = state.paused ? 'Paused' : 'Pause';
  });
  state.range = remembered('range', '1h') in CHARTS_EVERY ? remembered('range', '1h') : '1h';
  document.querySelectorAll('input[name=range]').forEach(radio => {
    radio.checked = radio.value === state.range;
    radio.addEventListener('change', () => { state.range = radio.value; remember('range', radio.value); charts(); });
  });
  document.addEventListener('visibilitychange', () => { if (!document.hidden && !state.paused) { overview(); charts(); } });
  byId('zone').textContent = Intl.DateTimeFormat().resolvedOptions().timeZone || 'local time';
  CHARTS.forEach(chart => drawn.set(chart.id, card(chart)));
  every(OVERVIEW_EVERY, overview).then(charts);
  setTimeout(() => every(() => CHARTS_EVERY[state.range], charts), CHARTS_EVERY['1h']);
})();
