// What the box says, as parameters of /api/v1/logs, and back.

const FIELDS = {
  trace: 'trace_id', trace_id: 'trace_id', request: 'request_id', request_id: 'request_id', user: 'user_id',
  user_id: 'user_id', job: 'job_id', job_id: 'job_id', batch: 'batch_id', batch_id: 'batch_id', service: 'service',
  logger: 'logger', level: 'level', min_level: 'min_level', error_code: 'error_code', status_code: 'status_code',
  status: 'status_code',
};
const PREFIXES = {trace_: 'trace_id', req_: 'request_id', user_: 'user_id', job_: 'job_id', batch_: 'batch_id'};
/** With a digit: user_0007 is an id, user_not_found are words. */
const ID = /^[a-z]+_[\w-]*\d[\w-]*$/;

/** A trace id when the text is one by itself, else null. */
export function traceId(text) {
  const id = text.trim();
  return /^[0-9a-f]{32}$/i.test(id) || /^trace_[\w-]+$/.test(id) ? id : null;
}

/** Parameters of a search. Words with operators are the server's to understand. */
export function parse(text) {
  const parameters = {};
  const words = [];
  if (/(^|\s)(AND|OR|NOT)(\s|$)|[()]/.test(text)) {
    return {q: text.trim()};
  }
  for (const [token] of text.matchAll(/(?:\w+:)?"[^"]*"|\S+/g)) {
    const field = token.match(/^(\w+):(.+)$/);
    const prefix = ID.test(token) ? Object.keys(PREFIXES).find(start => token.startsWith(start)) : undefined;
    if (field && FIELDS[field[1]] && !(FIELDS[field[1]] in parameters)) {
      parameters[FIELDS[field[1]]] = field[2].replace(/^"|"$/g, '');
    } else if (prefix && !(PREFIXES[prefix] in parameters)) {
      parameters[PREFIXES[prefix]] = token;
    } else {
      words.push(token);
    }
  }
  if (words.length) {
    parameters.q = words.join(' ');
  }
  return parameters;
}

/** How a field with a value is written in the box. */
export function written(field, value) {
  return `${field}:${/\s/.test(value) ? `"${value}"` : value}`;
}

export function search(parameters) {
  const filled = Object.entries(parameters).filter(([, value]) => value !== '' && value !== null && value !== undefined);
  return filled.length ? '?' + new URLSearchParams(filled) : '';
}
