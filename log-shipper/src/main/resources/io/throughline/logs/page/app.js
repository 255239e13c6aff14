import {el, clear, json} from './dom.js';
import {SearchView} from './search.js';
import {TraceView} from './trace.js';
import {traceId, written} from './query.js';

const main = document.getElementById('main');
const box = document.getElementById('ask');
const help = document.getElementById('help');
const app = {box, grafana: '', open, services: []};
let view = null;

function route() {
  view?.close();
  const path = location.pathname;
  document.body.dataset.view = path.startsWith('/trace/') ? 'trace' : 'search';
  view = path.startsWith('/trace/')
    ? new TraceView(app, main, decodeURIComponent(path.slice('/trace/'.length)))
    : new SearchView(app, main, new URLSearchParams(location.search));
  view.start();
}

/** Goes to an address of this page. */
function open(address, replace = false) {
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  route();
}

document.querySelector('form.ask').addEventListener('submit', event => {
  event.preventDefault();
  const id = traceId(box.value);
  if (id) {
    open('/trace/' + encodeURIComponent(id));
  } else if (view instanceof SearchView) {
    view.ask();
  } else {
    open('/' + (box.value.trim() ? '?' + new URLSearchParams({ask: box.value.trim()}) : ''));
  }
  box.blur();
});

document.getElementById('help-button').addEventListener('click', () => help.showModal());
window.addEventListener('popstate', route);

document.addEventListener('click', event => {
  const link = event.target.closest?.('a[href^="/"]');
  const ours = link && (link.pathname === '/' || link.pathname.startsWith('/trace/'));
  if (ours && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    open(link.pathname + link.search);
  }
});

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) {
    return;
  }
  if (event.target.matches?.('input, select, textarea')) {
    if (event.key === 'Escape') {
      event.target.blur();
      event.preventDefault();
    }
    return;
  }
  if (event.key === '/') {
    box.focus();
    box.select();
  } else if (event.key === '?') {
    help.showModal();
  } else if (!(event.key === 'Enter' && event.target.matches?.('button, a')) && view?.key(event.key)) {
    // handled
  } else {
    return;
  }
  event.preventDefault();
});

json('/page/settings.json').then(settings => {
  app.grafana = settings.grafana_url;
  document.getElementById('grafana').href = app.grafana;
  view?.settled?.();
}).catch(() => {});
app.written = written;
app.notice = (kind, title, text) => el('div', {class: 'notice ' + kind, role: kind === 'error' ? 'alert' : 'status'},
  el('b', {}, title), text ? el('p', {}, text) : null);
clear(main);
route();
