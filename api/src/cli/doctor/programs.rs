//! The programs that workers run.

use super::{Finding, Part};
use media::ProgramState;

const PART: Part = Part::Programs;

pub(super) async fn examine(findings: &mut Vec<Finding>) {
    findings.extend(media::programs().await.into_iter().map(finding));
}

fn finding(ProgramState { name, package, is_installed, lacks }: ProgramState) -> Finding {
    if !is_installed {
        let advice = format!("Install it where workers run; on Debian and Ubuntu it is in the package {package}.");
        return PART.failed(format!("{name} is not installed"), advice);
    }
    if lacks.is_empty() {
        return PART.good(format!("{name} has what is needed"));
    }
    let advice = format!("Install a build of {package} that has it.");
    PART.failed(format!("{name} has no {}", lacks.join(", ")), advice)
}
