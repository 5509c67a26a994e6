//! Import of a catalogue by CSV, beside a peer that imports leads: both validate every row and store it durably.

use super::{Server, load, nobody, proc};
use std::fmt::Write;
use std::net::SocketAddr;
use std::time::Instant;

const ROWS: usize = 50_000;

/// Items as a shop's spreadsheet has them; every round its own, so that each row is new.
fn items(round: usize) -> String {
    let mut csv = String::from("sku,name,price,category,description,stock,unit\n");
    for n in 0..ROWS {
        let _ = writeln!(
            csv,
            "R{round}-{n:06},Ankara fabric {round} {n},\"{},500\",Fabric,\"Six yards, pattern {n}\",{},bundle",
            n % 90 + 1,
            n % 40
        );
    }
    csv
}

/// Leads for the peer's importer, of about the same length.
fn leads(round: usize) -> String {
    let mut csv = String::from("email,phone,first_name,last_name,company,title,city,country,source\n");
    for n in 0..ROWS {
        let _ = writeln!(csv, "lead.{round}.{n}@example.com,+234 803 {n:07},Ada{n},Obi,Company {n},Owner,Lagos,NG,fair");
    }
    csv
}

/// `peer` is `ADDRESS/PATH=PID,PID`, such as `127.0.0.1:8088/leads/import?batch=100=12,13`.
pub async fn rounds(rounds: usize, peer: Option<&str>) {
    let peer: Option<(SocketAddr, String, Vec<u32>)> = peer.map(|p| {
        let (url, pids) = p.rsplit_once('=').expect("--peer-import ADDRESS/PATH=PID,PID");
        let (address, path) = url.trim_start_matches("http://").split_once('/').expect("a path");
        (address.parse().expect("an address"), format!("/{path}"), pids.split(',').filter_map(|p| p.parse().ok()).collect())
    });
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path(), &nobody().await);
    let key = std::fs::read_to_string(dir.path().join("bench.key")).unwrap_or_default();
    for round in 0..rounds {
        let csv = items(round);
        let (cpu, began) = (proc::cpu_ms(&[server.pid()]), Instant::now());
        let (status, body) =
            load::upload(server.address, "/api/v1/items/import/csv", &format!("Authorization: Bearer {key}\r\n"), &csv).await;
        let (elapsed, cpu) = (began.elapsed().as_secs_f64(), proc::cpu_ms(&[server.pid()]) - cpu);
        let report: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
        println!(
            "steward import round={round} status={status} rows={} bad={} rows_s={:.0} cpu_us_row={:.1}",
            report["created"],
            report["failed"],
            ROWS as f64 / elapsed,
            cpu * 1e3 / ROWS as f64
        );
        if let Some((address, path, pids)) = &peer {
            let csv = leads(round);
            let (cpu, began) = (proc::tree_cpu_ms(pids), Instant::now());
            let (status, _) = load::upload(*address, path, "", &csv).await;
            let (elapsed, cpu) = (began.elapsed().as_secs_f64(), proc::tree_cpu_ms(pids) - cpu);
            println!(
                "peer    import round={round} status={status} rows_s={:.0} cpu_us_row={:.1}",
                ROWS as f64 / elapsed,
                cpu * 1e3 / ROWS as f64
            );
        }
    }
}
