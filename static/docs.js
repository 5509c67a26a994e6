// Tries an operation of the API page: fills the address, sends the key and the body, shows the answer as it comes.
(() => {
  'use strict';
  const secret = document.getElementById('secret');
  document.getElementById('key').addEventListener('submit', (e) => e.preventDefault());
  const address = (form) => {
    let path = form.dataset.path;
    const query = new URLSearchParams();
    const headers = {};
    for (const input of form.querySelectorAll('input')) {
      const hole = '{' + input.name + '}';
      if (path.includes(hole)) path = path.replace(hole, encodeURIComponent(input.value));
      else if (!input.value) continue;
      else if (input.name === 'Idempotency-Key') headers[input.name] = input.value;
      else query.set(input.name, input.value);
    }
    const text = query.toString();
    return { url: text ? path + '?' + text : path, headers };
  };
  const pretty = (text) => { try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; } };
  const read = async (answer, show) => {
    const type = answer.headers.get('content-type') || '';
    if (!type.includes('event-stream')) return show(pretty(await answer.text()));
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    let all = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      all = (all + decoder.decode(value, { stream: true })).slice(-20000);
      show(all);
    }
  };
  document.addEventListener('submit', async (e) => {
    const form = e.target.closest('.try');
    if (!form) return;
    e.preventDefault();
    const out = form.querySelector('.answer');
    const show = (text) => { out.hidden = false; out.textContent = text; };
    const { url, headers } = address(form);
    if (secret.value) headers.Authorization = 'Bearer ' + secret.value.trim();
    const body = form.elements.body?.value;
    if (body) headers['Content-Type'] = 'application/json';
    show('…');
    try {
      const answer = await fetch(url, { method: form.dataset.method, headers, body: body || undefined });
      await read(answer, (text) => show(answer.status + ' ' + answer.statusText + '\n\n' + text));
    } catch (problem) { show(String(problem)); }
  });
})();
