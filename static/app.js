// Steward's own script: what htmx does not do. No inline handlers, no eval; everything hangs on data- attributes.
(() => {
  'use strict';
  const one = (s, from = document) => from.querySelector(s);
  const all = (s, from = document) => [...from.querySelectorAll(s)];
  // The words this script says by itself; the page around them is French already when its language is.
  const FRENCH = {
    'Live': 'En direct',
    'Connected': 'Connecté',
    'Connection lost, trying again': 'Connexion perdue, nouvel essai',
    'That did not work. Please try again.': 'Cela n’a pas fonctionné. Réessayez.',
    'No connection. What you wrote is still here.': 'Pas de connexion. Ce que vous avez écrit est toujours là.',
    'What you wrote is still here.': 'Ce que vous avez écrit est toujours là.',
    'Copied': 'Copié',
    'Copy': 'Copier',
  };
  const own = (words) => (document.documentElement.lang === 'fr' && FRENCH[words]) || words;

  // ── Live: the feed's events tell regions to fetch themselves again; several at once count as one. ──
  // A second look follows a moment later: the answer to a form may have been drawn before the news and swapped in after it.
  const AGAIN = 1000;
  const news = new Set();
  let timer = 0;
  let again = 0;
  const refresh = (names) => {
    const regions = all('[data-live]').filter((el) => el.dataset.live.split(' ').some((name) => names.includes(name)));
    regions.forEach((el) => window.htmx.trigger(el, 'refresh'));
    const side = one('#side');
    if (side && !regions.some((el) => el.id === 'main')) window.htmx.trigger(side, 'refresh');
  };
  const flush = () => {
    timer = 0;
    const names = [...news];
    news.clear();
    refresh(names);
    clearTimeout(again);
    again = setTimeout(refresh, AGAIN, names);
  };
  document.addEventListener('htmx:sse:before:message', (e) => {
    const { event, data } = e.detail.message;
    if (!event) return;
    if (event === 'token') return writing(data);
    news.add(event);
    timer ||= setTimeout(flush, 150);
  });
  // Whether the line is up; null until the first news of it. A part that was drawn anew is told again. While a part could not fetch
  // itself the page is behind, whatever the line says: it is tried again, at once when the network is back.
  const PAUSES = [2000, 5000, 10000];
  const behind = new Set();
  let line = null;
  let tries = 0;
  let retry = 0;
  const isRegion = (el) => !!el?.matches?.('[data-live], #side');
  const catchUp = () => {
    clearTimeout(retry);
    retry = 0;
    behind.forEach((el) => { if (el.isConnected) window.htmx.trigger(el, 'refresh'); else behind.delete(el); });
  };
  const fellBehind = (el) => {
    behind.add(el);
    draw();
    retry ||= setTimeout(catchUp, PAUSES[Math.min(tries++, PAUSES.length - 1)]);
  };
  const caughtUp = (el) => {
    if (!behind.delete(el) || behind.size) return;
    tries = 0;
    clearTimeout(retry);
    retry = 0;
    draw();
  };
  const link = (up) => {
    line = up;
    draw();
    if (up) catchUp();
  };
  const draw = () => {
    const up = !!line && !behind.size;
    all('[data-link]').forEach((el) => {
      el.classList.toggle('off', !up);
      if (!el.querySelector('.vh')) el.textContent = own(up ? 'Live' : 'Connection lost, trying again');
      else el.firstElementChild.textContent = own(up ? 'Connected' : 'Connection lost, trying again');
    });
  };
  document.addEventListener('htmx:after:swap', () => { if (line !== null || behind.size) draw(); });
  document.addEventListener('htmx:after:request', (e) => { if (isRegion(e.target) && e.detail.ctx?.response?.status < 400) caughtUp(e.target); });
  document.addEventListener('htmx:error', (e) => { if (isRegion(e.target)) fellBehind(e.target); });
  addEventListener('online', catchUp);
  document.addEventListener('htmx:sse:after:connection', () => link(true));
  document.addEventListener('htmx:sse:error', () => link(false));

  // Words of a reply while it is written. The stored message takes their place when it is there.
  const writing = (data) => {
    const box = one('#writing');
    if (!box) return;
    const { draft, text } = JSON.parse(data);
    const words = one('[data-words]', box);
    // Another draft: what was written before is withdrawn.
    if (box.hidden || box.dataset.draft !== String(draft)) words.textContent = '';
    box.dataset.draft = draft;
    box.hidden = false;
    words.textContent += text;
  };

  // ── Forms ──
  const fresh = () => (self.crypto?.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2) + Date.now());
  document.addEventListener('htmx:after:request', (e) => {
    const form = e.target.closest?.('form[data-reset]');
    const status = e.detail.ctx?.response?.status ?? 0;
    if (!form || status < 200 || status >= 300) return;
    const field = one('[name=text]', form), key = one('[name=key]', form);
    if (field) { field.value = ''; if (matchMedia('(pointer: fine)').matches) field.focus(); }
    if (key) key.value = fresh();
    const file = one('[type=file]', form);
    if (file) file.value = '';
  });
  // A wrong answer says so near the foot of the page; what was typed stays.
  const say = (text, bad) => {
    const box = one('#toasts');
    if (!box) return;
    const toast = document.createElement('div');
    toast.className = bad ? 'toast bad' : 'toast';
    const words = document.createElement('span');
    words.textContent = text;
    toast.append(words);
    box.append(toast);
    watch(toast);
  };
  document.addEventListener('htmx:response:error', (e) => {
    if (isRegion(e.target) && e.detail.ctx?.response?.status >= 500) return fellBehind(e.target);
    const html = e.detail.ctx?.text ?? '';
    const doc = new DOMParser().parseFromString(html, 'text/html');
    const problem = one('[data-problem]', doc)?.textContent;
    if (e.detail.ctx?.response?.status === 401) { keep(); location.reload(); } else say(problem || own('That did not work. Please try again.'), true);
  });
  // What was typed when a session ended is back after signing in: kept in this tab alone, until the next page that is not the door.
  const KEPT = 'typed', here = () => location.pathname + location.search;
  const fields = () => all('#main form[method=post] textarea, #main form[method=post] input:is(:not([type]), [type=text], [type=tel], [type=email], [type=number])')
    .filter((f) => f.name && f.autocomplete !== 'off' && f.form.getAttribute('action') !== '/sign-in');
  const names = (f) => `${f.form.getAttribute('action')} ${f.name}`;
  const tab = (deed) => { try { return deed(sessionStorage); } catch { return null; } };
  const keep = () => {
    const typed = fields().filter((f) => f.value !== f.defaultValue).map((f) => [names(f), f.value]);
    if (typed.length) tab((t) => t.setItem(KEPT, JSON.stringify({ at: here(), typed })));
  };
  const putBack = () => {
    const kept = JSON.parse(tab((t) => t.getItem(KEPT)) ?? 'null');
    if (!kept || one('body.door')) { if (kept) tab((t) => t.setItem(KEPT, JSON.stringify({ ...kept, door: true }))); return; }
    tab((t) => t.removeItem(KEPT));
    if (!kept.door || kept.at !== here()) return;
    const left = new Map(kept.typed);
    const found = fields().filter((f) => left.has(names(f)));
    found.forEach((f) => { f.value = left.get(names(f)); });
    if (found.length) say(own('What you wrote is still here.'));
  };
  document.addEventListener('submit', (e) => { if (e.target.getAttribute('method') === 'post') { if (e.target.getAttribute('action') === '/sign-out') tab((t) => t.removeItem(KEPT)); else keep(); } });
  // What a button says of a field: "Give back ₦3,500" as it is typed.
  document.addEventListener('input', (e) => {
    const typed = e.target.value?.trim() ?? '';
    all('[data-shows]').filter((el) => el.dataset.shows === e.target.id).forEach((el) => { el.textContent = /^[\d.,\s]+$/.test(typed) ? el.dataset.sign + typed : ''; });
  });
  // Only what somebody sent: parts of the page that could not be drawn anew try again by themselves.
  document.addEventListener('htmx:error', (e) => { if (e.target.closest?.('form')) say(own('No connection. What you wrote is still here.'), true); });
  // On a phone the page itself scrolls: a conversation opens at its newest words, and stays there while somebody reads them.
  const talk = () => matchMedia('(width < 45rem)').matches && one('.inbox[data-open] .thread');
  const toEnd = () => scrollTo(0, document.documentElement.scrollHeight);
  const isAtEnd = () => innerHeight + scrollY >= document.documentElement.scrollHeight - 120;
  let stays = false;
  if (talk() && !location.hash) toEnd();
  document.addEventListener('htmx:before:swap', () => { stays = !!talk() && isAtEnd(); });
  document.addEventListener('htmx:after:swap', () => { if (stays && talk()) toEnd(); });
  // An approved message, read with what is filled in so far.
  const preview = (form) => {
    const box = one('[data-preview]', form);
    if (box) box.textContent = all('[data-mark]', form).reduce((text, f) => (f.value ? text.replaceAll(f.dataset.mark, f.value) : text), box.dataset.preview);
  };
  document.addEventListener('input', (e) => { const form = e.target.closest?.('form[data-fill]'); if (form) preview(form); });
  document.addEventListener('htmx:after:swap', () => all('form[data-fill]').forEach(preview));
  // Ready replies: a tap puts one into the box; "/" and a part of its name shows those that fit, Tab or Enter takes the first.
  const fillIn = (text) => {
    const box = one('#reply');
    box.value = text;
    const ready = one('#ready');
    if (ready) ready.open = false;
    box.focus();
  };
  const fitting = (box) => {
    const part = /^\/([^\s/]*)$/.exec(box.value)?.[1]?.toLowerCase();
    return part === undefined ? null : all('#ready [data-name]').filter((a) => a.dataset.name.startsWith(part));
  };
  document.addEventListener('input', (e) => {
    const ready = one('#ready');
    if (e.target.id !== 'reply' || !ready) return;
    const fit = fitting(e.target);
    ready.open = !!fit?.length;
    all('#ready [data-name]').forEach((a) => { a.parentElement.hidden = !!fit?.length && !fit.includes(a); });
  });
  document.addEventListener('keydown', (e) => {
    if (e.target.id !== 'reply' || (e.key !== 'Enter' && e.key !== 'Tab') || e.shiftKey || e.isComposing) return;
    const first = fitting(e.target)?.[0];
    if (!first) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    fillIn(first.dataset.put);
  });
  // Questions before what cannot be undone.
  document.addEventListener('submit', (e) => { if (e.target.dataset?.ask && !confirm(e.target.dataset.ask)) e.preventDefault(); });
  // Enter sends, Shift+Enter makes a line; on a phone Enter makes a line.
  document.addEventListener('keydown', (e) => {
    if (e.key !== 'Enter' || e.shiftKey || e.isComposing || !e.target.matches?.('[data-enter]') || matchMedia('(pointer: coarse)').matches) return;
    e.preventDefault();
    if (e.target.value.trim()) e.target.form.requestSubmit();
  });
  document.addEventListener('click', (e) => {
    const copy = e.target.closest('[data-copy]');
    if (copy) {
      const input = document.getElementById(copy.dataset.copy);
      input.select();
      const done = () => { copy.lastChild.textContent = own('Copied'); setTimeout(() => { copy.lastChild.textContent = own('Copy'); }, 2000); };
      if (navigator.clipboard) navigator.clipboard.writeText(input.value).then(done); else if (document.execCommand('copy')) done();
    }
    const put = e.target.closest('[data-put]');
    if (put && one('#reply')) { e.preventDefault(); fillIn(put.dataset.put); }
    const idea = e.target.closest('[data-say]');
    if (idea) { const box = one('#say'); box.value = idea.dataset.say; box.form.requestSubmit(); }
    const chat = e.target.closest('[data-open-chat]');
    const box = one('#say');
    if (chat && box?.offsetParent) { e.preventDefault(); if (chat.dataset.openChat) box.value = chat.dataset.openChat; box.focus(); }
  });

  // ── Focus: what had it keeps it while parts are drawn anew, or the same thing in the new part gets it. ──
  const CONTROLS = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  const usable = (el) => !!el?.isConnected && !el.disabled && el.getClientRects().length > 0;
  const called = (el) => el.getAttribute('aria-label') ?? el.textContent.trim();
  const actionOf = (el) => el.closest('form')?.getAttribute('action') ?? '';
  let held = null;
  const hold = (el) => {
    const around = [];
    for (let at = el.parentElement; at; at = at.parentElement) if (at.id) around.push(at.id);
    return { el, id: el.id, tag: el.tagName, name: el.name ?? '', called: called(el), action: actionOf(el), around };
  };
  document.addEventListener('focusin', (e) => { held = hold(e.target); });
  // Who clicks beside everything lets go of it on purpose.
  document.addEventListener('pointerdown', (e) => { if (!e.target.closest?.(CONTROLS)?.contains(document.activeElement)) held = null; });
  const likeIt = (was) => {
    const same = all(CONTROLS).filter((el) => usable(el) && el.tagName === was.tag && actionOf(el) === was.action && (el.name ?? '') === was.name);
    return same.find((el) => called(el) === was.called) ?? (was.action ? same[0] : null);
  };
  // The nearest part around it that is still there: its first control; of the whole page its heading.
  const nearby = (was) => {
    for (const id of was.around) {
      const part = document.getElementById(id);
      if (part?.matches('main')) break;
      const first = part && all(CONTROLS, part).find(usable);
      if (first) return first;
    }
    return one('#main h1');
  };
  const refocus = () => {
    const on = document.activeElement;
    if (!held || (on && on !== document.body)) return;
    const undone = held.action.endsWith('/undo') && one('#reply');
    const next = undone || [held.el, held.id && document.getElementById(held.id)].find(usable) || likeIt(held) || nearby(held);
    // A heading takes it only when it is told to, and a part that is drawn anew has forgotten that.
    if (next?.matches('h1')) next.tabIndex = -1;
    next?.focus({ preventScroll: true });
  };
  // A button is pressable again only after the request is over.
  document.addEventListener('htmx:after:swap', () => setTimeout(refocus));
  document.addEventListener('htmx:finally:request', () => setTimeout(refocus));

  // ── On a phone rows of chips scroll: the one that is on is in sight. ──
  all('.chips [aria-current]').forEach((chip) => {
    const box = chip.parentElement, at = chip.getBoundingClientRect(), around = box.getBoundingClientRect();
    if (at.left < around.left || at.right > around.right) box.scrollLeft += at.left - around.left - (box.clientWidth - at.width) / 2;
  });

  // ── Toasts go after eight seconds, but not while somebody is on them. ──
  const watch = (toast) => {
    if (toast.dataset.watched) return;
    toast.dataset.watched = '1';
    // Not tied to the animation: people who asked for less motion have none.
    let left = 8000, since = Date.now(), timer = setTimeout(() => toast.remove(), left);
    const hold = () => { clearTimeout(timer); left = Math.max(1500, left - (Date.now() - since)); };
    const go = () => { clearTimeout(timer); since = Date.now(); timer = setTimeout(() => toast.remove(), left); };
    toast.addEventListener('mouseenter', hold); toast.addEventListener('focusin', hold);
    toast.addEventListener('mouseleave', go); toast.addEventListener('focusout', go);
  };
  new MutationObserver(() => all('.toast').forEach(watch)).observe(document.documentElement, { childList: true, subtree: true });
  all('.toast').forEach(watch);

  // ── Keys ──
  const pages = { t: '/app', m: '/app/messages', o: '/app/orders', c: '/app/customers', w: '/app/work-log' };
  const keysOn = () => { try { return localStorage.getItem('keys') !== 'off'; } catch { return true; } };
  const onBox = one('#keys-on');
  if (onBox) { onBox.checked = keysOn(); onBox.addEventListener('change', () => { try { localStorage.setItem('keys', onBox.checked ? 'on' : 'off'); } catch { /* private window */ } }); }
  let g = 0;
  document.addEventListener('keydown', (e) => {
    if (!one('#main.main') || e.metaKey || e.ctrlKey || e.altKey || e.target.closest?.('input,textarea,select,[contenteditable],dialog')) return;
    if (e.key === '?') return one('#keys')?.showModal();
    if (!keysOn()) return;
    const rows = all('[data-row]').filter((r) => r.offsetParent);
    const at = rows.indexOf(document.activeElement?.closest('[data-row]'));
    if (e.key === 'j' || e.key === 'k') {
      const row = rows[Math.max(0, Math.min(rows.length - 1, at + (e.key === 'j' ? 1 : -1)))];
      (row?.matches('a,summary') ? row : row?.querySelector('a,button,summary'))?.focus();
    } else if (e.key === '/') { const find = all('[data-key="/"]').find((x) => x.offsetParent); if (find) { find.focus(); e.preventDefault(); } }
    else if (e.key === ']') rows[at]?.querySelector('[data-next]')?.click();
    else if (e.key === 'g') g = Date.now();
    else if (pages[e.key] && Date.now() - g < 900) location.href = pages[e.key];
    else if ('ahz'.includes(e.key)) one(`[aria-keyshortcuts="${e.key}"]`)?.click();
  });

  // ── A chat link with words in it: put them in the box. ──
  const words = new URLSearchParams(location.search).get('say');
  if (words && one('#say') && !one('#say').value) one('#say').value = words;

  putBack();

  // ── Signing out: this phone is told nothing more. What we keep of its address goes when the next nudge finds it gone. ──
  const quiet = async () => {
    const worker = await navigator.serviceWorker?.getRegistration('/');
    const address = await worker?.pushManager?.getSubscription();
    await address?.unsubscribe();
  };
  document.addEventListener('submit', (e) => {
    const form = e.target;
    if (form.getAttribute('action') !== '/sign-out') return;
    e.preventDefault();
    const enough = new Promise((done) => { setTimeout(done, 2000); });
    Promise.race([quiet(), enough]).catch(() => {}).finally(() => form.submit());
  });
})();
