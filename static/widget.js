// Steward chat on any page: <script src="https://HOST/b/SLUG/widget.js" async></script>
// Makes one button and one frame. Remembers the visitor in this page's own storage, so no third-party cookie is needed.
(() => {
  'use strict';
  const script = document.currentScript;
  if (!script || document.getElementById('steward-chat')) return;
  const base = script.src.replace(/\/widget\.js(\?.*)?$/, '');
  const words = { open: script.dataset.open || 'Chat', close: script.dataset.close || 'Close chat' };
  const store = { get: (k) => { try { return localStorage.getItem(k); } catch { return null; } }, set: (k, v) => { try { localStorage.setItem(k, v); } catch { /* storage is off: a new chat each visit */ } } };
  const name = 'steward:' + base;
  let session = store.get(name);
  if (!session) {
    const raw = crypto.getRandomValues(new Uint8Array(24));
    session = btoa(String.fromCharCode(...raw)).replace(/\+/g, '-').replace(/\//g, '_');
    store.set(name, session);
  }
  const host = document.createElement('div');
  host.id = 'steward-chat';
  const root = host.attachShadow({ mode: 'closed' });
  const put = (el, styles) => { Object.assign(el.style, styles); return el; };
  put(host, { position: 'fixed', inset: 'auto 16px 16px auto', zIndex: '2147483000', font: '500 15px/1.2 system-ui, sans-serif' });
  const button = put(document.createElement('button'), { font: 'inherit', color: '#fff', background: script.dataset.color || '#1d5c96', border: '0', borderRadius: '99px', padding: '0 20px', minHeight: '52px', cursor: 'pointer', boxShadow: '0 1px 2px rgb(0 0 0 / .1), 0 8px 24px rgb(0 0 0 / .2)' });
  button.type = 'button';
  button.textContent = words.open;
  button.setAttribute('aria-expanded', 'false');
  const frame = put(document.createElement('iframe'), { display: 'none', border: '1px solid #c4cabc', borderRadius: '14px', background: '#eef1ea', boxShadow: '0 8px 24px rgb(0 0 0 / .2)', position: 'fixed' });
  frame.title = words.open;
  const place = () => put(frame, innerWidth < 480
    ? { inset: '0 0 84px 0', width: '100%', height: 'calc(100% - 84px)', borderRadius: '0' }
    : { inset: 'auto 16px 84px auto', width: '370px', height: 'min(600px, calc(100% - 108px))', borderRadius: '14px' });
  const open = (yes) => {
    if (yes && !frame.src) frame.src = base + '/chat?embed=1&session=' + encodeURIComponent(session);
    place();
    frame.style.display = yes ? 'block' : 'none';
    button.textContent = yes ? words.close : words.open;
    button.setAttribute('aria-expanded', String(yes));
    if (yes) frame.focus(); else button.focus();
  };
  button.addEventListener('click', () => open(frame.style.display === 'none'));
  addEventListener('resize', place);
  addEventListener('keydown', (e) => { if (e.key === 'Escape' && frame.style.display === 'block') open(false); });
  root.append(button, frame);
  const mount = () => document.body.append(host);
  if (document.body) mount(); else addEventListener('DOMContentLoaded', mount);
})();
