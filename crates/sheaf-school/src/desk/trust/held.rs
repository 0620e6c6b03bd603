//! What is held and why, as a face shows it.

use super::model::{HeldLine, HeldPage};
use super::removals::moment;
use crate::error::Result;
use crate::school::School;

/// What is held: one's own, and that of the spaces that one manages.
pub(super) fn page(school: &School) -> Result<HeldPage> {
    let shapes = school.held()?;
    let control = school.core.control();
    let person = school.person();
    let own_spaces = control.trust.spaces_of_person(person).into_iter();
    let managed = own_spaces.filter(|space| control.trust.manages(person, *space));
    let managed: Vec<String> = managed.map(|space| control.space_name(space)).collect();
    let own_name = control.person_name(&person.to_string());
    let mut page = HeldPage::default();
    for shape in shapes.into_iter().rev() {
        let may_attest = managed.contains(&shape.space);
        let is_own = shape.by == own_name;
        if !may_attest && !is_own {
            page.others += 1;
            continue;
        }
        page.lines.push(HeldLine {
            at: moment(&shape.at),
            changes: u64::try_from(shape.changes).unwrap_or(u64::MAX),
            entry: shape.entry,
            space: shape.space,
            by: shape.by,
            is_own,
            device: shape.device,
            why: shape.why,
            may_attest,
        });
    }
    let acts = control.held_acts().into_iter();
    page.acts = acts.map(|(reason, count)| (reason.to_string(), count)).collect();
    Ok(page)
}
