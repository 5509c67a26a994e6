#!/usr/bin/env python3
"""hnswlib on the vectors `benches/search --dump FILE` wrote: queries first, then the base. One thread, one query a call.

Needs: pip install hnswlib numpy.   Use: peer.py FILE DIMS QUERIES N[,N...]
"""
import sys, time
import hnswlib, numpy as np

file, dims, nq, sizes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), [int(n) for n in sys.argv[4].split(',')]
all_ = np.fromfile(file, np.float32).reshape(-1, dims)
queries, base = all_[:nq], all_[nq:]
for n in sizes:
    b, q = base[:n], queries[:nq if n <= 500_000 else 200]
    truth = [set(np.argpartition(-(b @ x), 10)[:10].tolist()) for x in q]
    index = hnswlib.Index('ip', dims); index.init_index(n, ef_construction=200, M=16)
    t = time.process_time(); index.add_items(b); built = time.process_time() - t
    index.set_num_threads(1)
    for ef in (64, 128, 192, 256):
        index.set_ef(ef); t = time.process_time()
        got = [index.knn_query(x, 10)[0][0] for x in q]
        us = (time.process_time() - t) / len(q) * 1e6
        recall = sum(len(set(g.tolist()) & w) for g, w in zip(got, truth)) / (10 * len(q))
        print(f'hnswlib n={n} ef={ef} cpu_us={us:.0f} recall_at_10={recall:.4f} build_cpu_s={built:.1f}', flush=True)
