//! Named places where a crash test kills the process: no destructor runs, nothing is flushed. Without a name armed a
//! place costs one load; release builds have none at all.

#[cfg(debug_assertions)]
mod armed {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicI64, Ordering};

    static AT: OnceLock<(String, AtomicI64)> = OnceLock::new();

    pub(super) fn arm(words: &str) {
        let (name, times) = words.split_once('@').unwrap_or((words, "1"));
        let _ = AT.set((name.to_owned(), AtomicI64::new(times.parse().unwrap_or(1))));
    }
    pub(super) fn reach(name: &str) {
        if let Some((at, left)) = AT.get()
            && at == name
            && left.fetch_sub(1, Ordering::SeqCst) == 1
        {
            std::process::abort();
        }
    }
}

/// Every place there is, in the order a message passes them.
pub const PLACES: [&str; 9] = [
    "intake.before_store",
    "intake.stored",
    "turn.begun",
    "turn.tools_saved",
    "turn.before_commit",
    "turn.done",
    "send.departing",
    "send.handed_over",
    "send.settled",
];

/// Every place a run and its deeds pass.
pub const RUN_PLACES: [&str; 4] = ["run.advanced", "effect.sending", "effect.handed_over", "effect.settled"];

/// Every place a document passes while it is read.
pub const READING_PLACES: [&str; 2] = ["document.read", "document.part"];

/// Every place a nudge to a device passes.
pub const PUSH_PLACES: [&str; 2] = ["push.departing", "push.handed_over"];

/// Every place that is passed while everything is embedded anew.
pub const EMBEDDING_PLACES: [&str; 2] = ["embed.part", "embed.before_end"];

/// The process dies when it reaches the place in `words`: a name, or `name@n` for the n-th time.
pub fn arm(words: &str) {
    #[cfg(debug_assertions)]
    armed::arm(words);
    #[cfg(not(debug_assertions))]
    let _ = words;
}

/// The process is at a place.
#[inline]
pub fn reach(name: &'static str) {
    #[cfg(debug_assertions)]
    armed::reach(name);
    #[cfg(not(debug_assertions))]
    let _ = name;
}
