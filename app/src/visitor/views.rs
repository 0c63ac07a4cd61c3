//! Counts views, of many visitors together.
//!
//! A link that everybody opens has one row. A statement for each view would change it as often, one after the other, and
//! leave as many dead rows; the views that come while others are being counted are counted together. A page is sent after
//! its view was counted, so that no view is lost.

use crate::{Error, batch::Batches};
use schema::{
    Pool,
    statistics::{self, View},
};
use std::time::Duration;

/// Counts views.
pub struct Views {
    /// Says of each view whether it was counted.
    together: Batches<View, bool>,
    alone: Pool,
}

impl Views {
    /// Counts them over `together`. What Postgres refuses to count there is counted alone: its connection should wait for
    /// locks for `wait` only, because the visitors of all links wait with it, and so long a thread waits for the connection.
    pub fn new(together: Pool, alone: Pool, wait: Duration) -> Self {
        let together = Batches::new(move |views| {
            let pool = together.clone();
            Box::pin(async move {
                let Some(mut conn) = pool.get_within(wait).await? else {
                    return Ok(vec![false; views.len()]);
                };
                let counted = match statistics::count_views(&mut conn, &views).await {
                    Ok(()) => true,
                    // They may have been counted when the connection broke.
                    Err(error) if schema::is_outage(&error) => return Err(error.into()),
                    Err(error) => {
                        tracing::debug!(%error, views = views.len(), "views are counted one by one");
                        false
                    }
                };
                Ok(vec![counted; views.len()])
            })
        });
        Self { together, alone }
    }

    /// Counts a view, and returns when it is counted.
    pub(super) async fn count(&self, view: View) -> Result<(), Error> {
        if self.together.load(view).await? {
            return Ok(());
        }
        Ok(statistics::count_views(&mut *self.alone.get().await?, &[view]).await?)
    }
}
