//! Migrations are embedded, and a new one is a folder that nothing else names.

fn main() {
    println!("cargo::rerun-if-changed=../migrations");
}
