import { cell, fill, put } from '/admin/assets/table.js';
import { Refused, ask, renew, send } from '/admin/assets/session.js';

/** Between two looks at the queue. A look is two or three requests, within the limit of 100 a minute. */
const LOOK_EVERY_MS = 5000;
/** Workers give a sign of life every 10 s, so that they need not be looked at each time. */
const WORKERS_EVERY_LOOKS = 3;
/** Between an event and the look that follows it, so that many events are one look. */
const AFTER_EVENT_MS = 1000;
/** Until events are listened to again after they broke off. */
const LISTEN_AGAIN_MS = 30000;
const PAGE_JOBS = 50;

const at = (id) => document.getElementById(id);
const page = {
  me: null, challenge: '', after: '', next: '', looks: 0, timer: 0, soon: 0, turn: null,
  ears: null, blind: false,
};

function say(text) { at('said').textContent = text; }
function complain(text) { at('wrong').textContent = text; }

const when = (text) => new Date(text).toLocaleString();
const span = (s) => (s < 60 ? `${s} s` : s < 3600 ? `${Math.floor(s / 60)} min` : `${Math.floor(s / 3600)} h`);

function drawQueue(row, queue) {
  cell(row, 0, queue.queue);
  ['pending', 'processing', 'failed', 'paused'].forEach((state, n) => {
    cell(row, n + 1, String(queue[state]), state === 'failed' && queue.failed > 0 ? 'number bad' : 'number');
  });
  cell(row, 5, queue.late_s > 0 ? span(queue.late_s) : '–', 'number');
}

function drawWorker(row, worker) {
  cell(row, 0, worker.name, 'id');
  cell(row, 1, worker.alive ? 'alive' : 'silent', worker.alive ? '' : 'bad');
  cell(row, 2, String(worker.running), 'number');
  cell(row, 3, worker.version);
  cell(row, 4, when(worker.seen_at));
}

function drawJob(row, job) {
  const wanted = job.wanted && job.state === 'processing' ? `, to be ${job.wanted}` : '';
  cell(row, 0, job.id, 'id');
  cell(row, 1, job.queue);
  cell(row, 2, job.state + wanted, job.state === 'failed' ? 'bad' : '');
  cell(row, 3, `${job.attempts} of ${job.attempts_max}`);
  cell(row, 4, when(job.pushed_at));
  cell(row, 5, job.error ?? '', 'why');
  if (row.cells.length === 6) row.append(actions(job.id));
  const [retry, cancel] = row.cells[6].children;
  const focused = [retry, cancel].find((button) => button === document.activeElement);
  retry.hidden = !['failed', 'cancelled'].includes(job.state);
  cancel.hidden = !['pending', 'paused', 'processing'].includes(job.state) || job.wanted === 'cancelled';
  // A button that goes away takes the focus with it.
  if (focused?.hidden) ([retry, cancel].find((button) => !button.hidden) ?? at('said')).focus();
}

function actions(id) {
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

async function act(verb, id) {
  if (verb === 'cancel' && !window.confirm(`Cancel ${id}? What it has done so far stays done.`)) return;
  try {
    const job = await ask('POST', `/api${at('scope').value}/jobs/${id}/${verb}`);
    complain('');
    say(`${id} is ${job.state}${job.wanted ? `, to be ${job.wanted}` : ''}.`);
  } catch (why) {
    complain(why.message);
  }
  look();
}

function jobsPath() {
  const query = new URLSearchParams({ limit: String(PAGE_JOBS) });
  for (const [name, value] of [['state', at('state').value], ['queue', at('queue').value.trim()], ['after', page.after]]) {
    if (value) query.set(name, value);
  }
  return `/api${at('scope').value}/jobs?${query}`;
}

async function lookOnce() {
  const scope = at('scope').value;
  const [overview, jobs] = await Promise.all([
    ask('GET', `/api${scope}/jobs/overview`),
    ask('GET', jobsPath()),
  ]);
  fill(at('queues'), overview.queues, (queue) => queue.queue, drawQueue, at('said'));
  at('no-queues').hidden = overview.queues.length > 0;
  at('queue-names').replaceChildren(...overview.queues.map((queue) => new Option('', queue.queue)));
  fill(at('jobs'), jobs.items, (job) => job.id, drawJob, at('said'));
  at('no-jobs').hidden = jobs.items.length > 0;
  page.next = jobs.next ?? '';
  at('older').disabled = !page.next;
  at('newest').disabled = !page.after;
  at('workers-part').hidden = !scope;
  if (scope && page.looks % WORKERS_EVERY_LOOKS === 0) {
    const workers = (await ask('GET', '/api/admin/workers')).items;
    fill(at('workers'), workers, (worker) => worker.name, drawWorker, at('said'));
    at('no-workers').hidden = workers.some((worker) => worker.alive);
  }
  page.looks += 1;
  put(at('seen'), `As of ${new Date().toLocaleTimeString()}`);
}

/** Looks now, and again after a while for as long as somebody is signed in and sees the page. */
async function look() {
  clearTimeout(page.timer);
  let wait = LOOK_EVERY_MS;
  const mine = (page.turn = {});
  try {
    await lookOnce();
    if (page.blind) complain('');
    page.blind = false;
  } catch (why) {
    if (why.status === 401) return signedOut('You were signed out.');
    page.blind = true;
    complain(why instanceof Refused ? why.message : 'The server cannot be reached.');
    wait = Math.max(wait, (why.retryAfterS ?? 0) * 1000);
  }
  if (mine === page.turn && page.me && !document.hidden) page.timer = setTimeout(look, wait);
}

function soon() {
  if (page.soon || document.hidden) return;
  page.soon = setTimeout(() => {
    page.soon = 0;
    look();
  }, AFTER_EVENT_MS);
}

/** Listens to what happens in the workspace; without that, the page looks every few seconds. */
async function listen() {
  page.ears?.abort();
  const ears = (page.ears = new AbortController());
  while (!ears.signal.aborted) {
    try {
      const answer = await fetch('/api/events', { signal: ears.signal });
      if (answer.status === 404) return;
      const words = answer.ok ? answer.body.pipeThrough(new TextDecoderStream()).getReader() : null;
      for (let got = await words?.read(); got && !got.done; got = await words.read()) {
        if (got.value.includes('event:')) soon();
      }
    } catch (_brokenOff) {
      // Listened to again below.
    }
    await new Promise((go) => { setTimeout(go, LISTEN_AGAIN_MS); });
  }
}

function signedOut(why) {
  clearTimeout(page.timer);
  clearTimeout(page.soon);
  page.ears?.abort();
  Object.assign(page, { me: null, challenge: '', after: '', turn: null, soon: 0 });
  for (const id of ['board', 'who', 'code-fields']) at(id).hidden = true;
  for (const id of ['queues', 'workers', 'jobs']) at(id).replaceChildren();
  at('sign-in').hidden = at('password-fields').hidden = false;
  say(why);
  at('email').focus();
}

async function signedIn() {
  const me = await ask('GET', '/api/auth/me');
  page.me = me;
  at('sign-in').hidden = true;
  at('who').hidden = false;
  put(at('name'), me.name || me.email);
  const isAdmin = ['admin', 'owner'].includes(me.role);
  at('scope-label').hidden = !me.superadmin;
  at('scope').value = me.superadmin && !isAdmin ? '/admin' : '';
  if (!isAdmin && !me.superadmin) {
    complain('This page is for admins and owners of a workspace.');
    return;
  }
  complain('');
  say('');
  at('board').hidden = false;
  at('main').focus();
  listen();
  await look();
}

async function handIn() {
  const code = at('code').value.trim();
  const answer = page.challenge
    ? await send('POST', '/api/auth/second-factor', { challenge: page.challenge, code, transport: 'cookie' })
    : await send('POST', '/api/auth/login', {
      email: at('email').value.trim(), password: at('password').value, transport: 'cookie',
    });
  if (answer.status === 202) {
    page.challenge = answer.json.challenge;
    at('password-fields').hidden = true;
    at('code-fields').hidden = false;
    at('code').focus();
    return;
  }
  page.challenge = '';
  at('password').value = at('code').value = '';
  await signedIn();
}

/** Runs `work` and tells what went wrong. */
function guarded(work) {
  return async (event) => {
    event?.preventDefault();
    complain('');
    try {
      await work();
    } catch (why) {
      complain(why instanceof Refused ? why.message : 'The server cannot be reached.');
    }
  };
}

function fromTheTop() {
  page.after = '';
  page.looks = 0;
  return look();
}

at('sign-in').addEventListener('submit', guarded(handIn));
at('sign-out').addEventListener('click', guarded(async () => {
  await ask('POST', '/api/auth/logout');
  signedOut('You are signed out.');
}));
at('filter').addEventListener('submit', guarded(fromTheTop));
at('state').addEventListener('change', guarded(fromTheTop));
at('scope').addEventListener('change', guarded(fromTheTop));
at('older').addEventListener('click', guarded(() => { page.after = page.next; return look(); }));
at('newest').addEventListener('click', guarded(fromTheTop));
document.addEventListener('visibilitychange', () => {
  if (page.me && !document.hidden && !at('board').hidden) look();
});

guarded(async () => {
  if (await renew()) await signedIn();
  else signedOut('');
})();
