//! Links by which people choose their passwords, once: made by administrators or on the command
//! line, or asked for by mail.

mod choose_password;
mod create_password_link;
mod make;
mod make_for_operator;
mod request_password_link;

pub use choose_password::{ChosenPassword, PasswordChoice, choose_password, who_chooses};
pub use create_password_link::create_password_link;
pub use make::NewPasswordLink;
pub(crate) use make::make;
pub use make_for_operator::make_for_operator;
pub use request_password_link::{request_password_link, too_many_mails};
