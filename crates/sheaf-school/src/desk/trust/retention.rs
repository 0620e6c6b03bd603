//! What is past its period, as a face shows it.

use sheaf_records::{Basis, Kind, RetentionPeriod, Setting};

use super::model::{Certainty, DueGroup, DueLine, DuePage, KeepingRule, Undated};
use crate::error::{Result, SchoolError};
use crate::govern::{RetentionQuery, RetentionShow};
use crate::school::School;
use crate::shape::{DueByRule, DueShape, RetentionRuleShape, UndatedCount};

/// At most so many records are shown at once; the others come as these are decided about.
const MOST: u32 = 300;

/// The rules and the queue; that is empty, and said so, for those who do not review retention.
pub(super) fn page(school: &School) -> Result<DuePage> {
    let rules: Vec<KeepingRule> =
        school.retention_rules()?.rules.into_iter().map(self::rule).collect();
    if !school.may_review_retention() {
        return Ok(DuePage { rules, ..DuePage::default() });
    }
    let (show, kind, offset) = (RetentionShow::Due, None, 0);
    let query = RetentionQuery { show, kind, limit: MOST, offset };
    let page = school.retention(&query)?;
    let alone = alone_in(school);
    let mut groups: Vec<DueGroup> = page.by_rule.into_iter().map(group).collect();
    let shown = u64::try_from(page.records.len()).unwrap_or(u64::MAX);
    for shape in page.records {
        let rule = shape.rule.clone();
        let signs_alone = alone.contains(&shape.space);
        let line = line(shape, signs_alone)?;
        if let Some(group) = groups.iter_mut().find(|group| Some(&group.rule) == rule.as_ref()) {
            group.lines.push(line);
        }
    }
    Ok(DuePage {
        may_review: true,
        groups,
        due: page.due,
        shown,
        on_hold: page.on_hold,
        waiting: page.waiting,
        kept: page.kept,
        undated: page.undated.into_iter().map(undated).collect(),
        rules,
    })
}

fn certainty(name: &str) -> Certainty {
    match name {
        "school" => Certainty::School,
        "verified" => Certainty::Verified,
        _ => Certainty::Uncertain,
    }
}

fn rule(shape: RetentionRuleShape) -> KeepingRule {
    let from = shape.runs_from.as_deref().and_then(Basis::of_code);
    KeepingRule {
        kinds: shape.kinds.iter().filter_map(|kind| kind.parse().ok()).collect(),
        setting: if shape.safeguarding { Setting::Safeguarding } else { Setting::General },
        period: match (shape.period.as_str(), shape.years.zip(from)) {
            ("years", Some((years, from))) => RetentionPeriod::Years { years, from },
            ("transfer", _) => RetentionPeriod::Transfer,
            _ => RetentionPeriod::None,
        },
        certainty: certainty(&shape.certainty),
        title: shape.title,
        says: shape.says,
        source: shape.source,
        note: shape.note,
        why_not: shape.why_not,
    }
}

fn undated(shape: UndatedCount) -> Undated {
    let records = shape.records.iter().filter_map(|id| id.parse().ok()).collect();
    Undated { says: shape.says, count: shape.count, records }
}

fn group(rule: DueByRule) -> DueGroup {
    DueGroup {
        certainty: certainty(&rule.certainty),
        rule: rule.rule,
        title: rule.title,
        says: rule.says,
        source: rule.source,
        note: rule.note,
        count: rule.count,
        lines: Vec::new(),
    }
}

fn line(shape: DueShape, signs_alone: bool) -> Result<DueLine> {
    let wrong = |what: &str| SchoolError::Index(format!("{what} of a record that is due"));
    let day = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
    let kept = match (day(&shape.kept_until), &shape.kept_by, &shape.kept_because) {
        (Some(until), Some(by), Some(because)) => Some((until, by.clone(), because.clone())),
        _ => None,
    };
    Ok(DueLine {
        record: shape.id.parse().map_err(|_| wrong("the id"))?,
        kind: shape.kind.parse::<Kind>().map_err(|_| wrong("the kind"))?,
        day: day(&shape.day),
        since: day(&shape.due_since),
        title: shape.title,
        pupils: shape.pupils,
        space: shape.space,
        is_on_hold: shape.on_hold,
        named_by: shape.named_by,
        kept,
        signs_alone,
    })
}

/// The names of the spaces in which nobody else could second an erasure.
fn alone_in(school: &School) -> Vec<String> {
    let control = school.core.control();
    let (trust, person) = (&control.trust, school.person());
    let mut spaces = trust.spaces_of_person(person);
    spaces.retain(|space| {
        let mut others = trust.members(*space).into_iter().filter(|one| one.person != person);
        !others.any(|one| one.role.may_erase())
    });
    spaces.into_iter().map(|space| control.space_name(space)).collect()
}
