//! Background tasks with names. A task that dies by itself ends the process loudly: a half-dead server is worse than a
//! restarted one.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What runs in the background.
#[derive(Default)]
pub struct Tasks {
    running: Mutex<Vec<(&'static str, JoinHandle<()>)>>,
    stopping: watch::Sender<bool>,
}

impl Tasks {
    /// Starts a task.
    #[expect(clippy::disallowed_methods, reason = "the one place that starts tasks")]
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let handle = tokio::spawn(task);
        self.running.lock().unwrap_or_else(PoisonError::into_inner).push((name, handle));
    }
    /// Starts what ends by itself and hurts nobody else when it does not, such as a connection: it has no name and is not waited for.
    #[expect(clippy::disallowed_methods, reason = "the one place that starts tasks")]
    pub fn detach(task: impl Future<Output = ()> + Send + 'static) {
        drop(tokio::spawn(task));
    }
    /// Waits until a task has panicked; its name.
    pub async fn died(&self) -> &'static str {
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            let done: Vec<_> = {
                let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
                let (done, on) = std::mem::take(&mut *running).into_iter().partition(|(_, h)| h.is_finished());
                *running = on;
                done
            };
            for (name, handle) in done {
                if handle.await.is_err_and(|e| e.is_panic()) {
                    return name;
                }
            }
        }
    }
    /// What tells those that only wait that the end has come.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }
    /// Waits for all tasks, at most `wait`.
    pub async fn finish(&self, wait: std::time::Duration) {
        self.stopping.send_replace(true);
        let all = std::mem::take(&mut *self.running.lock().unwrap_or_else(PoisonError::into_inner));
        let joined = async {
            for (_, handle) in all {
                let _ = handle.await;
            }
        };
        let _ = tokio::time::timeout(wait, joined).await;
    }
}
