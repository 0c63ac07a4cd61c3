//! What GraphQL clients see.
