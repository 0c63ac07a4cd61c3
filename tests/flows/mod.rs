//! Whole stories, from a file to a visitor.

mod first_share;
