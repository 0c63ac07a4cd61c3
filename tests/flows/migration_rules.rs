//! Migrations run beside requests and beside the version before: none holds up a large table, and none takes away what that
//! version uses. squawk knows the statements that do; `migrations/README.md` says how to do without them.

use squawk_linter::{Linter, LinterSettings, Rule};
use squawk_syntax::{
    Parse, SourceFile,
    ast::{AlterTableAction, AstNode, Constraint, Stmt},
};
use std::{fs, path::PathBuf};

/// What holds up requests: it scans or rewrites a table, or builds an index, while others wait.
const LOCKS: &[Rule] = &[
    Rule::AddingFieldWithDefault,
    Rule::AddingForeignKeyConstraint,
    Rule::AddingNotNullableField,
    Rule::AddingRequiredField,
    Rule::AddingSerialPrimaryKeyField,
    Rule::ChangingColumnType,
    Rule::ConstraintMissingNotValid,
    Rule::DisallowedUniqueConstraint,
    Rule::RequireConcurrentIndexCreation,
    Rule::RequireConcurrentIndexDeletion,
    Rule::RequireConcurrentPartitionDetach,
    Rule::RequireConcurrentReindex,
];

/// What the version before may read or write, and would miss.
const COMPATIBILITY: &[Rule] = &[
    Rule::BanDropColumn,
    Rule::BanDropDefault,
    Rule::BanDropFunction,
    Rule::BanDropNotNull,
    Rule::BanDropTable,
    Rule::BanDropTrigger,
    Rule::BanDropType,
    Rule::BanDropView,
    Rule::BanTruncateCascade,
    Rule::RenamingColumn,
    Rule::RenamingObject,
    Rule::RenamingTable,
];

/// What would end the transaction of the migration, and an exception from a rule that there is not.
const FORM: &[Rule] = &[Rule::BanUncommittedTransaction, Rule::TransactionNesting, Rule::UnusedIgnore];

/// Migrations that are older than these rules and break one. They ran when there was nothing that could wait, or on tables
/// of few rows. Migrations are not changed any more, so that nothing is added here.
const OLDER: &[&str] = &[
    "2026-11-24-000005_collections",
    "2026-11-24-000007_link_life",
    "2026-11-25-000009_watermark",
    "2026-11-28-000016_storage_use",
    "2026-11-29-000050_bin",
    "2026-11-29-000061_retention",
    "2026-11-29-000062_guests",
    "2026-11-29-000064_statistics_retention",
    "2026-11-29-000066_deleted_by",
    "2026-11-29-000070_branding",
];

/// What is wrong with a migration.
fn problems(sql: &str, in_transaction: bool) -> Vec<String> {
    let file = SourceFile::parse(sql);
    let mut problems: Vec<String> = file.errors().iter().map(|error| format!("does not parse: {error:?}")).collect();
    // `schema/src/migrations.rs` sets the limit of waiting for locks, so that squawk need not ask for it.
    let mut linter = Linter::from([LOCKS, COMPATIBILITY, FORM].concat());
    linter.settings = LinterSettings { assume_in_transaction: in_transaction, ..LinterSettings::default() };
    for found in linter.lint(&file, sql) {
        let line = sql[..usize::from(found.text_range.start())].matches('\n').count() + 1;
        problems.push(format!("line {line}: {}: {}", found.code, found.message));
    }
    problems.extend(limits(&file, in_transaction));
    let unexplained =
        sql.lines().filter_map(|line| line.split_once("squawk-ignore")).any(|(_, rest)| !rest.contains("-- "));
    if unexplained {
        problems.push("an exception has its reason behind it: -- squawk-ignore RULE -- REASON".to_owned());
    }
    problems
}

/// What is wrong with how long a migration may hold up others.
fn limits(file: &Parse<SourceFile>, in_transaction: bool) -> Vec<String> {
    let mut problems = Vec::new();
    for statement in file.tree().stmts() {
        let text = statement.syntax().text().to_string().to_lowercase();
        if text.contains("lock_timeout") || text.contains("statement_timeout") {
            problems.push(format!("the limits are set for all migrations in one place: {text}"));
        }
        match (in_transaction, text.contains("concurrently")) {
            (false, false) => {
                problems.push(format!("without a transaction nothing limits how long this waits: {text}"));
            }
            (true, true) => problems.push(format!("wants run_in_transaction = false in metadata.toml: {text}")),
            (false, true) | (true, false) => {}
        }
        if checks_new_column(&statement) {
            problems.push(format!("a CHECK with a new column reads the whole table: {text}"));
        }
    }
    problems
}

/// Whether a statement adds a column to a table together with a `CHECK`.
fn checks_new_column(statement: &Stmt) -> bool {
    let Stmt::AlterTable(alter) = statement else { return false };
    alter.actions().any(|action| {
        let AlterTableAction::AddColumn(column) = action else { return false };
        column.constraints().any(|constraint| matches!(constraint, Constraint::CheckConstraint(_)))
    })
}

/// Each migration with its text, and whether it runs in a transaction.
fn migrations() -> Vec<(String, String, bool)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let folders = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let mut migrations: Vec<_> = folders
        .map(|path| {
            let metadata = fs::read_to_string(path.join("metadata.toml")).unwrap_or_default();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path.join("up.sql")).unwrap(), !metadata.contains("run_in_transaction = false"))
        })
        .collect();
    migrations.sort();
    migrations
}

#[test]
fn migrations_hold_up_nobody_and_break_no_older_version() {
    let migrations = migrations();
    assert!(migrations.len() > 50, "{migrations:?}");
    let mut broken = String::new();
    for (name, sql, in_transaction) in migrations {
        let problems = problems(&sql, in_transaction);
        if OLDER.contains(&name.as_str()) {
            assert!(!problems.is_empty(), "{name} breaks no rule");
        } else {
            broken.extend(problems.iter().map(|problem| format!("{name}: {problem}\n")));
        }
    }
    assert!(broken.is_empty(), "see migrations/README.md:\n{broken}");
}

#[test]
fn what_holds_up_others_is_found() {
    for (sql, in_transaction, rule) in [
        ("CREATE INDEX names ON links (name)", true, "require-concurrent-index-creation"),
        ("CREATE INDEX CONCURRENTLY names ON links (name)", true, "run_in_transaction = false"),
        ("DROP INDEX names", true, "require-concurrent-index-deletion"),
        ("ALTER TABLE links ADD COLUMN note text NOT NULL", true, "adding-required-field"),
        ("ALTER TABLE links ALTER COLUMN note SET NOT NULL", true, "adding-not-nullable-field"),
        ("ALTER TABLE links ADD COLUMN note uuid DEFAULT gen_random_uuid()", true, "adding-field-with-default"),
        ("ALTER TABLE links ADD COLUMN note text UNIQUE", true, "disallowed-unique-constraint"),
        ("ALTER TABLE links ADD COLUMN note text CHECK (note <> '')", true, "reads the whole table"),
        ("ALTER TABLE links ALTER COLUMN view_count TYPE bigint", true, "changing-column-type"),
        ("ALTER TABLE links ADD COLUMN owner uuid REFERENCES users", true, "adding-foreign-key-constraint"),
        ("ALTER TABLE links ADD FOREIGN KEY (owner) REFERENCES users", true, "adding-foreign-key-constraint"),
        ("ALTER TABLE links ADD CONSTRAINT noted CHECK (note <> '')", true, "constraint-missing-not-valid"),
        (
            "ALTER TABLE links ADD CONSTRAINT noted CHECK (note <> '') NOT VALID; ALTER TABLE links VALIDATE CONSTRAINT noted",
            true,
            "constraint-missing-not-valid",
        ),
        ("ALTER TABLE links DROP COLUMN note", true, "ban-drop-column"),
        ("ALTER TABLE links RENAME COLUMN note TO remark", true, "renaming-column"),
        ("ALTER TABLE links RENAME TO shares", true, "renaming-table"),
        ("ALTER TABLE links ALTER COLUMN note DROP NOT NULL", true, "ban-drop-not-null"),
        ("DROP TABLE links", true, "ban-drop-table"),
        ("DROP VIEW assets", true, "ban-drop-view"),
        ("COMMIT", true, "transaction-nesting"),
        ("SET lock_timeout = 0", true, "in one place"),
        ("ALTER TABLE links ADD COLUMN note text", false, "without a transaction"),
        ("-- squawk-ignore ban-drop-column\nALTER TABLE links DROP COLUMN note", true, "has its reason"),
        ("-- squawk-ignore no-such-rule -- nobody reads it\nSELECT 1", true, "unused-ignore"),
        ("ALTER TABLE links ADD COLUM", true, "does not parse"),
    ] {
        let problems = problems(sql, in_transaction);
        assert!(problems.iter().any(|problem| problem.contains(rule)), "{sql}: {problems:?}");
    }
}

#[test]
fn what_holds_up_nobody_is_let_through() {
    for (sql, in_transaction) in [
        ("ALTER TABLE links ADD COLUMN note text", true),
        ("ALTER TABLE links ADD COLUMN note text NOT NULL DEFAULT 'none'", true),
        ("CREATE INDEX CONCURRENTLY names ON links (name)", false),
        ("DROP INDEX CONCURRENTLY names", false),
        (
            "CREATE TABLE notes (id uuid PRIMARY KEY, link_id uuid NOT NULL REFERENCES links); CREATE INDEX notes_by_link ON notes (link_id)",
            true,
        ),
        ("ALTER TABLE links VALIDATE CONSTRAINT noted", true),
        (
            "-- squawk-ignore ban-drop-column -- the version before does not read it\nALTER TABLE links DROP COLUMN note",
            true,
        ),
        (
            "ALTER TABLE links ADD COLUMN owner uuid;\n\
             ALTER TABLE links ADD CONSTRAINT owners FOREIGN KEY (owner) REFERENCES users NOT VALID",
            true,
        ),
    ] {
        assert_eq!(problems(sql, in_transaction), Vec::<String>::new(), "{sql}");
    }
}
