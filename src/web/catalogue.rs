//! A price list that was read comes in, from a page or by API.

use crate::app::App;
use crate::app::catalogue::Catalogue;
use crate::domain::error::Result;
use crate::domain::id::Id;
use crate::services::house::import;
use crate::store::file::File;
use crate::store::house::import::Import;

/// Does an import that has begun, and ends it whatever happens; a try fetches no photos.
pub async fn bring_in(app: &App, business: Id, file: &File, mut x: Import, list: Catalogue) -> Result<Import> {
    let sheet = if x.dry_run { Ok(list.without_photos()) } else { list.with_photos(app, business).await };
    match sheet {
        Ok(sheet) => {
            // Its photos may have given more to tell.
            x.outcome.rows = import::told(&sheet);
            import::run(file, x, sheet).await
        }
        Err(e) => import::stop(file, x, e).await,
    }
}
