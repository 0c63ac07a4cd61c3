//! What administrators do with the workspace, one action a file.

mod clear_watermark;
mod set_logo;
mod set_watermark;
mod update_workspace;
mod uploaded_picture;

pub use clear_watermark::clear_watermark;
pub use set_logo::{LogoError, check_logo, clear_logo, logo, logo_path, set_logo};
pub use set_watermark::{WatermarkInput, check_watermark, set_watermark};
pub use update_workspace::{BrandingInput, WorkspaceInput, update_workspace};
