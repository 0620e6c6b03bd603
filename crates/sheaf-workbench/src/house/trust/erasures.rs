//! Draws the erasures: what waits for a second signature, and who has confirmed what is in effect.

use eframe::egui::{Label, Role, Ui, WidgetInfo};
use jiff::civil::Date;
use sheaf_school::desk::{ErasureLine, ErasureStage, WaitingDevice};
use sheaf_school::{LeftInBundle, LeftInFolder};

use super::frame::Page;
use super::words::{all_of, device_of};
use super::{Edit, What};
use crate::action::{Action, Actions};
use crate::format;
use crate::model::Model;
use crate::theme::{Tone, text, tokens_of};
use crate::widgets::{Icon, bits, buttons};

/// More devices than this are counted and not named.
const MOST_DEVICES: usize = 3;

/// Draws the view.
pub fn show(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let today = model.today();
    let page = Page {
        title: "Erasures",
        about: "Records that are to go for good: two persons sign, every device carries it out and \
                confirms",
        slot: &model.trust.erasures,
    };
    page.show(ui, actions, |ui, page, actions| {
        for line in &page.erasures {
            erasure(ui, line, today, actions);
            ui.add_space(10.0);
        }
        if page.erasures.is_empty() {
            let empty = bits::Empty {
                icon: Icon::Check,
                title: "Nothing was ever erased",
                why: "An erasure is proposed on the record itself, in the side panel; a record \
                      that is only wrong is better withdrawn",
                button: None,
            };
            empty.show(ui);
        }
    });
}

fn erasure(ui: &mut Ui, line: &ErasureLine, today: Option<Date>, actions: &mut Actions) {
    let tokens = tokens_of(ui);
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let records = format::count(line.count, "record", "records");
        ui.horizontal_wrapped(|ui| {
            ui.label(text::strong(ui, &records));
            let (words, tone) = stage(ui, line.stage);
            bits::chip(ui, words, tone);
            let guarded = line.space == "safeguarding";
            bits::chip(ui, &line.space, if guarded { tokens.act } else { tokens.none });
        });
        let at = line.at.map(|at| format::moment(at, today)).unwrap_or_default();
        let by = all_of(&line.signed_by);
        ui.label(text::small(ui, format!("{at}  ·  Signed by {by}  ·  {}", line.reason)));
        for record in &line.here {
            let button = buttons::quiet(ui, &record.title);
            let spoken = format!("Open {}", record.title);
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
            if button.clicked() {
                actions.push(Action::OpenRecord(record.record));
            }
        }
        ui.label(text::body(ui, progress(line, today)));
        copies(line).into_iter().for_each(|copy| left(ui, &copy));
        if line.may_second {
            ui.add_space(6.0);
            let button = buttons::plain(ui, "Second…");
            let spoken = format!("Second the erasure of {records}…");
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
            if button.clicked() {
                let what = Box::new(What::Second(Box::new(line.clone())));
                actions.push(Action::Trust(Edit::Ask(what)));
            }
        }
        if line.may_withdraw {
            ui.add_space(6.0);
            let button = buttons::plain(ui, "Withdraw…");
            let spoken = format!("Withdraw the erasure of {records}…");
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
            if button.clicked() {
                let what = Box::new(What::Withdraw(Box::new(line.clone())));
                actions.push(Action::Trust(Edit::Ask(what)));
            }
        }
    });
}

/// Copies that no device can confirm to be gone.
fn copies(line: &ErasureLine) -> Vec<String> {
    let folder = |left: &LeftInFolder| {
        let device = device_of(&left.device, &left.person);
        format!(
            "Files of {device} in {} still hold it: they are written anew once it is on",
            left.folder
        )
    };
    let bundle = |left: &LeftInBundle| {
        let (day, _) = left.written_at.split_once('T').unwrap_or((&left.written_at, ""));
        format!(
            "The bundle {}, written on {day} for {}, holds it: write it anew or delete it. \
             Nothing can confirm that a stick is empty",
            left.file,
            all_of(&left.people)
        )
    };
    line.in_folders.iter().map(folder).chain(line.in_bundles.iter().map(bundle)).collect()
}

fn left(ui: &mut Ui, words: &str) {
    let tone = tokens_of(ui).watch;
    ui.horizontal_top(|ui| {
        Icon::Info.show(ui, 14.0, tone.ink);
        ui.add(Label::new(text::small(ui, words).color(tone.ink)).wrap());
    });
}

fn stage(ui: &Ui, stage: ErasureStage) -> (&'static str, Tone) {
    let tokens = tokens_of(ui);
    match stage {
        ErasureStage::Waits => ("Waits for a second signature", tokens.watch),
        ErasureStage::Kept => ("Kept by a legal hold", tokens.info),
        ErasureStage::InEffect => ("In effect", tokens.none),
        ErasureStage::Confirmed => ("Confirmed by every device", tokens.good),
        ErasureStage::Withdrawn => ("Withdrawn", tokens.none),
    }
}

/// How far it has come, in a sentence.
fn progress(line: &ErasureLine, today: Option<Date>) -> String {
    match line.stage {
        ErasureStage::Waits if line.is_signed => {
            "You have signed. Somebody else of lead rank or above has to second it: whoever \
             proposes cannot"
                .to_owned()
        }
        ErasureStage::Waits => {
            "Nothing is deleted until a second person of lead rank or above signs".to_owned()
        }
        ErasureStage::Kept => {
            let kept = format::count(line.on_hold, "record", "records");
            format!(
                "A legal hold keeps {kept} of it; what is not on hold goes once two have signed"
            )
        }
        ErasureStage::Withdrawn => {
            "Whoever proposed it took it back; nothing is deleted".to_owned()
        }
        ErasureStage::InEffect | ErasureStage::Confirmed => {
            confirmed(line.confirmed, &line.outstanding, today)
        }
    }
}

/// `11 of 12 devices have confirmed; K. Shah's laptop, last met 12 May, has not`.
fn confirmed(confirmed: u64, outstanding: &[WaitingDevice], today: Option<Date>) -> String {
    let total = confirmed + outstanding.len() as u64;
    let told =
        format!("{confirmed} of {} confirmed", format::count(total, "device has", "devices have"));
    if outstanding.is_empty() {
        return told;
    }
    let mut names: Vec<String> =
        outstanding.iter().take(MOST_DEVICES).map(|device| waiting(device, today)).collect();
    let more = outstanding.len().saturating_sub(MOST_DEVICES);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    let verb = if outstanding.len() == 1 { ", has not" } else { ", have not" };
    format!("{told}; {}{verb}", all_of(&names))
}

fn waiting(device: &WaitingDevice, today: Option<Date>) -> String {
    let name = device_of(&device.device, &device.person);
    match device.last_met {
        Some(met) => format!("{name}, last met {}", format::day(met.date(), today)),
        None => format!("{name}, not met yet"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn who_has_confirmed_and_who_has_not_is_one_sentence() {
        let today = Some(date(2026, 5, 14));
        let open = |device: &str, met: Option<i8>| WaitingDevice {
            person: "Kiran Shah".to_owned(),
            device: device.to_owned(),
            last_met: met.map(|day| date(2026, 5, day).at(8, 0, 0, 0)),
        };
        assert_eq!(
            confirmed(11, &[open("K. Shah's laptop", Some(12))], today),
            "11 of 12 devices have confirmed; K. Shah's laptop, last met 12 May, has not"
        );
        assert_eq!(confirmed(1, &[], today), "1 of 1 device has confirmed");
        let several: Vec<_> = (1..=5).map(|day| open("laptop", Some(day))).collect();
        let words = confirmed(2, &several, today);
        assert!(words.ends_with("last met 3 May and 2 more, have not"), "{words}");
        assert!(confirmed(0, &[open("laptop", None)], today).contains("not met yet, has not"));
    }
}
