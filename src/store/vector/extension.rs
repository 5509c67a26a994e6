//! sqlite-vec inside SQLite: `vec_distance_cosine` and friends over the blobs of `vectors`.

use std::sync::Once;

static ONCE: Once = Once::new();

/// Makes sqlite-vec's functions known to every connection opened after this.
#[expect(unsafe_code, reason = "SQLite takes extensions as C functions; there is no safe way to register one")]
pub fn register() {
    type Entry =
        unsafe extern "C" fn(*mut rusqlite::ffi::sqlite3, *mut *mut std::ffi::c_char, *const rusqlite::ffi::sqlite3_api_routines) -> i32;
    ONCE.call_once(|| {
        // SAFETY: sqlite3_vec_init is an extension's entry point; sqlite-vec declares it without its arguments, which C calls
        // do not see. The bundled SQLite and sqlite-vec live as long as the process.
        unsafe {
            let entry: Entry = std::mem::transmute(sqlite_vec::sqlite3_vec_init as *const ());
            rusqlite::ffi::sqlite3_auto_extension(Some(entry));
        }
    });
}
