//! What events are counted over, as scripts name it.

use sheaf_analytics::Exposure;

use crate::fault::unknown;
use crate::registry::{Answer, Group, Registry};
use crate::run::Run;

/// What a measure without an exposure is told.
pub const NEEDED: &str = "`.exposure(pupil_days(\"enrolled\"))`";

/// Registers exposures.
pub fn register(registry: &mut Registry) {
    registry.name_type::<Exposure>("exposure");
    registry.overload("to_string", |exposure: &mut Exposure| words(*exposure).to_owned());
    registry.function(
        Group::Measure.item(
            "pupil_days",
            "pupil_days(\"enrolled\" | \"present\") -> exposure",
            "Each school day counts once for each pupil on the roll; or half for each session with \
             a mark of the class `present`, where a pupil without any mark is an error. A \
             condition on the year group or the weekday narrows them as it narrows the events.",
            "pupil_days(\"enrolled\").to_string()",
            "pupil-days",
        ),
        |which: &str| match which {
            "enrolled" => Ok(Exposure::EnrolledDays),
            "present" => Ok(Exposure::PresentDays),
            other => Err(unknown("there are no pupil-days", other, ["enrolled", "present"])),
        },
    );
    registry.function(
        Group::Measure
            .item(
                "lessons",
                "lessons(\"timetabled\") -> exposure",
                "Each period of the kind `lesson` on a school day counts once for each pupil on the \
                 roll. A condition on the period, the year group or the weekday narrows them too.",
                "lessons(\"timetabled\").to_string()",
                "pupil-lessons",
            )
            .added(),
        |which: &str| match which {
            "timetabled" => Ok(Exposure::Lessons),
            other => Err(unknown("there are no lessons", other, ["timetabled"])),
        },
    );
    registry.function(
        Group::Measure
            .item(
                "minutes",
                "minutes(\"periods\") -> exposure",
                "The minutes of all periods of a school day, lessons or not, for each pupil on the \
                 roll, narrowed as lessons are: so that a break of 20 minutes compares with a \
                 lesson of 60.",
                "minutes(\"periods\").to_string()",
                "pupil-minutes",
            )
            .added(),
        |which: &str| match which {
            "periods" => Ok(Exposure::Minutes),
            other => Err(unknown("there are no minutes", other, ["periods"])),
        },
    );
}

/// Makes sure that a metric says that it reads what an exposure needs.
pub fn permit(run: &Run, exposure: Exposure) -> Answer<()> {
    exposure.plan().map_or(Ok(()), |plan| run.permit(&plan))
}

/// What it is called.
const fn words(exposure: Exposure) -> &'static str {
    match exposure {
        Exposure::PresentDays => "pupil-days in school",
        Exposure::Lessons => "pupil-lessons",
        Exposure::Minutes => "pupil-minutes",
        _ => "pupil-days",
    }
}

/// Over what a rate is, where a condition or a split does not narrow it.
pub const fn everything(exposure: Exposure) -> &'static str {
    match exposure {
        Exposure::PresentDays => "all pupils in school",
        Exposure::Lessons => "all lessons of pupils on the roll",
        Exposure::Minutes => "all minutes of pupils on the roll",
        _ => "all pupils on the roll",
    }
}

/// What a rate is per, after the number of pupils.
pub const fn unit(exposure: Exposure) -> &'static str {
    match exposure {
        Exposure::PresentDays => "in school per school day",
        Exposure::Lessons => "per lesson",
        Exposure::Minutes => "per minute",
        _ => "per school day",
    }
}

/// What one pupil's part of it is, for the axis of a chart.
pub const fn of_pupil(exposure: Exposure) -> &'static str {
    match exposure {
        Exposure::PresentDays => "School days in school",
        Exposure::Lessons => "Lessons",
        Exposure::Minutes => "Minutes",
        _ => "School days",
    }
}

#[cfg(test)]
mod tests;
