//! What the nearest vectors cost, and how many of the true ones are found. Run by `make bench-search`.
//!
//! Texts are the lines of a file (`--texts FILE`), else sentences put together from words; vectors are the built-in model's. With
//! `--peer PYTHON`, hnswlib answers the same questions about the same vectors in the same run (`peer.py`).

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "a program of its own: prints figures")]

use std::io::Write;
use std::process::Command;
use steward::domain::kernel;
use steward::providers::embed::Embedder;
use steward::providers::embed::builtin::BuiltIn;
use steward::search::scan::Scan;

const QUERIES: usize = 1_000;
/// Of very many vectors the truth is dear, so fewer are asked for.
const QUERIES_OF_MANY: usize = 200;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if !args.iter().any(|a| a == "--bench") {
        // A test runner that lists or runs all targets comes by here.
        println!("0 tests: run it with `make bench-search`");
        return;
    }
    let flag = |name: &str| args.iter().position(|a| a == name).and_then(|at| args.get(at + 1)).cloned();
    let sizes: Vec<usize> =
        flag("--sizes").unwrap_or_else(|| "10000,100000,1000000".into()).split(',').filter_map(|n| n.parse().ok()).collect();
    let most = sizes.iter().copied().max().unwrap_or(0) + QUERIES;
    let texts = flag("--texts").map_or_else(|| made_up(most), |file| lines(&file, most));
    let before = cpu_us();
    let vectors: Vec<Vec<f32>> = texts.iter().filter_map(|t| BuiltIn::shared().embed_now(t)).collect();
    println!("steward embed n={} cpu_us={:.1}", vectors.len(), (cpu_us() - before) / vectors.len() as f64);
    let (queries, base) = vectors.split_at(QUERIES.min(vectors.len() / 2));
    for n in sizes {
        measure(queries, &base[..n.min(base.len())]);
        if let Some(python) = flag("--peer") {
            peer(&python, &vectors, queries.len(), n.min(base.len()));
        }
    }
}

fn measure(queries: &[Vec<f32>], base: &[Vec<f32>]) {
    let n = base.len();
    let queries = if n > 500_000 { &queries[..QUERIES_OF_MANY.min(queries.len())] } else { queries };
    let before = cpu_us();
    let mut scan = Scan::new(base.first().map_or(0, Vec::len));
    for v in base {
        assert!(scan.push(v).is_some(), "all vectors are of one length");
    }
    let build = cpu_us() - before;
    let worst: Vec<f32> = queries.iter().map(|q| tenth(q, base)).collect();
    let before = cpu_us();
    let got: Vec<Vec<(u32, f32)>> = queries.iter().map(|q| scan.nearest(q, 10, None)).collect();
    let us = (cpu_us() - before) / queries.len() as f64;
    let right: usize = got.iter().zip(&worst).map(|(g, w)| g.iter().filter(|x| x.1 >= *w - 1e-6).count()).sum();
    let recall = right as f64 / (10 * queries.len()) as f64;
    println!("steward n={n} cpu_us={us:.0} recall_at_10={recall:.4} build_cpu_s={:.2} mb={}", build / 1e6, scan.bytes() / 1_000_000);
}

/// The cosine of the tenth nearest, by looking at all.
fn tenth(query: &[f32], base: &[Vec<f32>]) -> f32 {
    let mut all: Vec<f32> = base.iter().map(|v| kernel::dot(query, v)).collect();
    let at = 9.min(all.len().saturating_sub(1));
    *all.select_nth_unstable_by(at, |a, b| b.total_cmp(a)).1
}

fn peer(python: &str, vectors: &[Vec<f32>], queries: usize, n: usize) {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    for x in vectors.iter().take(queries + n).flatten() {
        file.write_all(&x.to_le_bytes()).expect("room on the disk");
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/search/peer.py");
    let (dims, queries, n) = (vectors.first().map_or(0, Vec::len).to_string(), queries.to_string(), n.to_string());
    let told = Command::new(python).arg(script).arg(file.path()).args([dims, queries, n]).status();
    assert!(told.is_ok_and(|s| s.success()), "the peer ran");
}

fn lines(file: &str, most: usize) -> Vec<String> {
    let text = std::fs::read_to_string(file).expect("the texts can be read");
    let mut all: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut next = numbers();
    for i in (1..all.len()).rev() {
        all.swap(i, next(i + 1));
    }
    all.truncate(most);
    all
}

/// Sentences of seven words each, of a vocabulary with a few common and many rare words.
fn made_up(most: usize) -> Vec<String> {
    let parts = ["ka", "ro", "ti", "me", "lu", "sa", "no", "vi", "pe", "du", "gar", "sol", "men", "tor", "bel", "fin"];
    let mut next = numbers();
    let mut word = || {
        let rare = next(4_096).min(next(4_096));
        format!("{}{}{}", parts[rare % 16], parts[rare / 16 % 16], parts[rare / 256 % 16])
    };
    (0..most).map(|_| (0..7).map(|_| word()).collect::<Vec<_>>().join(" ")).collect()
}

/// The same numbers in every run (xorshift, Marsaglia 2003).
fn numbers() -> impl FnMut(usize) -> usize {
    let mut seed = 88_172_645_463_325_252_u64;
    move |below| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % below.max(1) as u64).unwrap_or(0)
    }
}

/// Processor time of this process in microseconds, from /proc in steps of ten milliseconds.
fn cpu_us() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
    let ticks = |n: usize| fields.get(n).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) * 1e4
}
