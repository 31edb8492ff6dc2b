import { drawQueue, drawWorker, jobDrawer } from '/admin/assets/rows.js';
import { Refused, acting, ask, inWorkspace, renew } from '/admin/assets/session.js';
import { PASSWORD, askFor, signIn } from '/admin/assets/sign_in.js';
import { fill, put } from '/admin/assets/table.js';

/** Between two looks at the queue. A look is two or three requests, within the limit of 100 a minute. */
const LOOK_EVERY_MS = 5000;
/** Workers give a sign of life every 10 s, so that they need not be looked at each time. */
const WORKERS_EVERY_LOOKS = 3;
/** Between an event and the look that follows it: many events are one look, within the same limit. */
const AFTER_EVENT_MS = 3000;
/** Until events are listened to again after they broke off. */
const LISTEN_AGAIN_MS = 30000;
const PAGE_JOBS = 50;
/** What is chosen in place of a workspace. */
const INSTALLATION = 'installation';

const at = (id) => document.getElementById(id);
const page = {
  me: null, after: '', next: '', looks: 0, timer: 0, soon: 0, turn: null,
  ears: null, blind: false,
};

function say(text) { at('said').textContent = text; }
function complain(text) { at('wrong').textContent = text; }

const sentence = (why) => (why instanceof Refused
  ? why.message
  : 'The server cannot be reached. Check that it runs and that you are connected, then try again.');

/** Where the API has what is chosen. */
const base = () => (at('scope').value === INSTALLATION ? '/api/admin' : '/api');

async function act(verb, id) {
  if (verb === 'cancel' && !window.confirm(`Cancel ${id}? What it has done so far stays done.`)) return;
  try {
    const job = await ask('POST', `${base()}/jobs/${id}/${verb}`);
    complain('');
    say(`${id} is ${job.state}${job.wanted ? `, to be ${job.wanted}` : ''}.`);
  } catch (why) {
    complain(sentence(why));
  }
  look();
}

const drawJob = jobDrawer(act, at('said'));

function jobsPath() {
  const query = new URLSearchParams({ limit: String(PAGE_JOBS) });
  for (const [name, value] of [['state', at('state').value], ['queue', at('queue').value.trim()], ['after', page.after]]) {
    if (value) query.set(name, value);
  }
  return `${base()}/jobs?${query}`;
}

/** Asks, and draws unless somebody looked again meanwhile, perhaps at something else. */
async function lookOnce(isCurrent) {
  const all = at('scope').value === INSTALLATION;
  const withWorkers = all && page.looks % WORKERS_EVERY_LOOKS === 0;
  const [overview, jobs, workers] = await Promise.all([
    ask('GET', `${base()}/jobs/overview`),
    ask('GET', jobsPath()),
    withWorkers ? ask('GET', '/api/admin/workers') : null,
  ]);
  if (!isCurrent()) return;
  page.looks += 1;
  fill(at('queues'), overview.queues, (queue) => queue.queue, drawQueue, at('said'));
  at('no-queues').hidden = overview.queues.length > 0;
  at('queue-names').replaceChildren(...overview.queues.map((queue) => new Option('', queue.queue)));
  drawPage(jobs);
  at('workers-part').hidden = !all;
  if (workers) {
    fill(at('workers'), workers.items, (worker) => worker.name, drawWorker, at('said'));
    at('no-workers').hidden = workers.items.some((worker) => worker.alive);
  }
  put(at('seen'), `As of ${new Date().toLocaleTimeString()}`);
}

function drawPage(jobs) {
  fill(at('jobs'), jobs.items, (job) => job.id, drawJob, at('said'));
  const isFiltered = at('state').value || at('queue').value.trim();
  put(at('no-jobs'), isFiltered ? 'No job fits. Choose another state or queue.' : 'There are no jobs.');
  at('no-jobs').hidden = jobs.items.length > 0;
  page.next = jobs.next ?? '';
  const focused = document.activeElement;
  at('older').disabled = !page.next;
  at('newest').disabled = !page.after;
  if (focused?.disabled) at('said').focus();
}

/** Looks now, and again after a while for as long as somebody is signed in and sees the page. */
async function look() {
  clearTimeout(page.timer);
  let wait = LOOK_EVERY_MS;
  const mine = (page.turn = {});
  const isCurrent = () => mine === page.turn;
  try {
    await lookOnce(isCurrent);
    if (!isCurrent()) return;
    if (page.blind) complain('');
    page.blind = false;
  } catch (why) {
    if (!isCurrent()) return;
    if (why.status === 401) {
      signedOut('You were signed out. Sign in again to go on.');
      return;
    }
    page.blind = true;
    complain(sentence(why));
    wait = Math.max(wait, (why.retryAfterS ?? 0) * 1000);
  }
  if (page.me && !document.hidden) page.timer = setTimeout(look, wait);
}

/** Where looking fails, the next look is due when it was said to be, whatever happens. */
function soon() {
  if (page.soon || page.blind || document.hidden) return;
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
      const answer = await fetch('/api/events', { headers: inWorkspace(), signal: ears.signal });
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

function clearTables() {
  for (const id of ['queues', 'workers', 'jobs']) at(id).replaceChildren();
}

function signedOut(why) {
  clearTimeout(page.timer);
  clearTimeout(page.soon);
  page.ears?.abort();
  acting.workspace = '';
  Object.assign(page, { me: null, after: '', turn: null, soon: 0, blind: false });
  for (const id of ['board', 'who']) at(id).hidden = true;
  clearTables();
  complain('');
  say(why);
  askFor(PASSWORD);
}

/** Lets choose among the workspaces whose jobs one may see; false where there are none. */
async function offerScopes() {
  const own = (await ask('GET', '/api/workspaces')).items;
  const choices = own.filter((one) => ['admin', 'owner'].includes(one.role))
    .map((one) => new Option(one.name, one.id, one.current, one.current));
  if (page.me.superadmin) choices.push(new Option('the whole installation', INSTALLATION));
  at('scope').replaceChildren(...choices);
  at('scope-label').hidden = choices.length === 0;
  return choices.length > 0;
}

async function signedIn() {
  page.me = await ask('GET', '/api/auth/me');
  const isAllowed = await offerScopes();
  at('sign-in').hidden = true;
  at('who').hidden = false;
  put(at('name'), page.me.name || page.me.email);
  if (!isAllowed) {
    complain('This page is for admins and owners of a workspace. Ask an owner for that role, or sign in as somebody else.');
    return;
  }
  complain('');
  say('');
  at('board').hidden = false;
  at('main').focus();
  await choose();
}

/** Shows the chosen workspace, or the installation. */
function choose() {
  const chosen = at('scope').value;
  acting.workspace = chosen === INSTALLATION ? '' : chosen;
  clearTables();
  listen();
  return fromTheTop();
}

async function handIn() {
  if (await signIn()) await signedIn();
}

/** Runs `work` and tells what went wrong. */
function guarded(work) {
  return async (event) => {
    event?.preventDefault();
    complain('');
    try {
      await work();
    } catch (why) {
      if (page.me && why.status === 401) signedOut('You were signed out. Sign in again to go on.');
      else complain(sentence(why));
    }
  };
}

/** Does `work` once, however often it is asked for while it goes on. */
function once(work) {
  let underWay = null;
  return () => (underWay ??= work().finally(() => { underWay = null; }));
}

async function show(after) {
  Object.assign(page, { after, looks: 0 });
  await look();
  const jobs = at('jobs').rows.length;
  if (page.me && !page.blind) say(jobs === 1 ? '1 job is shown.' : `${jobs || 'No'} jobs are shown.`);
}

const fromTheTop = () => show('');

at('sign-in').addEventListener('submit', guarded(once(handIn)));
at('back').addEventListener('click', guarded(async () => { askFor(PASSWORD); }));
at('sign-out').addEventListener('click', guarded(once(async () => {
  await ask('POST', '/api/auth/logout');
  signedOut('You are signed out.');
})));
at('filter').addEventListener('submit', guarded(fromTheTop));
at('state').addEventListener('change', guarded(fromTheTop));
at('scope').addEventListener('change', guarded(choose));
at('older').addEventListener('click', guarded(() => show(page.next)));
at('newest').addEventListener('click', guarded(fromTheTop));
document.addEventListener('visibilitychange', () => {
  if (page.me && !document.hidden && !at('board').hidden) look();
});

guarded(async () => {
  const isSignedIn = await renew().catch((why) => { signedOut(''); throw why; });
  await (isSignedIn ? signedIn() : signedOut(''));
})();
