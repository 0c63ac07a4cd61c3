//! What administrators do with the workspace, one action a file.

mod clear_watermark;
mod set_watermark;
mod update_workspace;

pub use clear_watermark::clear_watermark;
pub use set_watermark::{WatermarkInput, check_watermark, set_watermark};
pub use update_workspace::{PERSON_SEARCH, WorkspaceInput, update_workspace};
