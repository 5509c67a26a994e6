//! CPU and memory of processes, from /proc.

use std::collections::HashMap;
use std::fs;

/// Clock ticks a second; 100 on every Linux we run on.
const TICKS: f64 = 100.0;

fn stat(pid: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(text.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
}

/// User and system time of these processes, in milliseconds.
pub fn cpu_ms(pids: &[u32]) -> f64 {
    let of = |p: &u32| stat(*p).map_or(0.0, |f| f[11].parse::<f64>().unwrap_or(0.0) + f[12].parse::<f64>().unwrap_or(0.0));
    pids.iter().map(of).sum::<f64>() / TICKS * 1e3
}

/// These processes and all below them.
pub fn tree(roots: &[u32]) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for pid in fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(|e| e.file_name().to_str()?.parse().ok()) {
        if let Some(parent) = stat(pid).and_then(|f| f[1].parse().ok()) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let (mut found, mut next) = (Vec::new(), roots.to_vec());
    while let Some(pid) = next.pop() {
        found.push(pid);
        next.extend(children.remove(&pid).unwrap_or_default());
    }
    found
}

/// User and system time of whole process trees, in milliseconds.
pub fn tree_cpu_ms(roots: &[u32]) -> f64 {
    cpu_ms(&tree(roots))
}

/// Proportional set size, in megabytes.
pub fn pss_mb(pids: &[u32]) -> f64 {
    let of = |p: &u32| {
        let text = fs::read_to_string(format!("/proc/{p}/smaps_rollup")).unwrap_or_default();
        let line = text.lines().find(|l| l.starts_with("Pss:")).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0)
    };
    pids.iter().map(of).sum::<f64>() / 1024.0
}
