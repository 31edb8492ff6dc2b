/** How queues, workers and jobs stand in their rows. */

import { cell } from '/admin/assets/table.js';

const when = (text) => new Date(text).toLocaleString();
const span = (s) => (s < 60 ? `${s} s` : s < 3600 ? `${Math.floor(s / 60)} min` : `${Math.floor(s / 3600)} h`);

export function drawQueue(row, queue) {
  cell(row, 0, queue.queue);
  ['pending', 'processing', 'failed', 'paused'].forEach((state, n) => {
    cell(row, n + 1, String(queue[state]), state === 'failed' && queue.failed > 0 ? 'number bad' : 'number');
  });
  cell(row, 5, queue.late_s > 0 ? span(queue.late_s) : '–', 'number');
}

export function drawWorker(row, worker) {
  cell(row, 0, worker.name, 'id');
  cell(row, 1, worker.alive ? 'alive' : 'silent', worker.alive ? '' : 'bad');
  cell(row, 2, String(worker.running), 'number');
  cell(row, 3, worker.version);
  cell(row, 4, when(worker.seen_at));
}

/** Draws jobs with buttons that do `act(verb, id)`; `lost` gets the focus of a button that goes away. */
export function jobDrawer(act, lost) {
  return (row, job) => {
    const wanted = job.wanted && job.state === 'processing' ? `, to be ${job.wanted}` : '';
    cell(row, 0, job.id, 'id');
    cell(row, 1, job.queue);
    cell(row, 2, job.state + wanted, job.state === 'failed' ? 'bad' : '');
    cell(row, 3, `${job.attempts} of ${job.attempts_max}`);
    cell(row, 4, when(job.pushed_at));
    cell(row, 5, job.error ?? '', 'why');
    if (row.cells.length === 6) row.append(actions(job.id, act));
    const [retry, cancel] = row.cells[6].children;
    const focused = [retry, cancel].find((button) => button === document.activeElement);
    retry.hidden = !['failed', 'cancelled'].includes(job.state);
    cancel.hidden = !['pending', 'paused', 'processing'].includes(job.state) || job.wanted === 'cancelled';
    if (focused?.hidden) ([retry, cancel].find((button) => !button.hidden) ?? lost).focus();
  };
}

function actions(id, act) {
  const td = document.createElement('td');
  td.className = 'act';
  for (const [verb, word] of [['retry', 'Retry'], ['cancel', 'Cancel']]) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = word;
    button.setAttribute('aria-label', `${word} ${id}`);
    button.addEventListener('click', () => act(verb, id));
    td.append(button);
  }
  return td;
}
