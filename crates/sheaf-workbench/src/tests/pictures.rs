//! Pictures of every view in both themes, drawn as `--screenshot` draws them; kept in the folder
//! that `SHEAF_SCREENSHOTS` names, to be looked at.

use std::path::PathBuf;

use super::responder::Responder;
use crate::offscreen::{Hand, Picture, Rehearsal, screenshot};
use crate::{Opening, Settings, ThemeName};

fn keep(name: &str, png: &[u8]) {
    if let Some(folder) = std::env::var_os("SHEAF_SCREENSHOTS").map(PathBuf::from) {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), png).unwrap();
    }
}

fn draw(opening: Opening, theme: ThemeName) -> Vec<u8> {
    let settings = Settings { theme, opening, ..Settings::default() };
    let (_far, link) = Responder::new();
    screenshot(settings, Picture::default(), |_| link).unwrap()
}

#[test]
fn every_view_is_drawn_in_both_themes() {
    for (theme, word) in [(ThemeName::Light, "light"), (ThemeName::Dark, "dark")] {
        for opening in Opening::ALL {
            let png = draw(opening, theme);
            keep(&format!("{}-{word}", opening.name()), &png);
            let decoder = png::Decoder::new(std::io::Cursor::new(&png));
            let mut reader = decoder.read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            reader.next_frame(&mut pixels).unwrap();
            let info = reader.info();
            assert_eq!((info.width, info.height), (1400, 900));
            let first = pixels[..4].to_vec();
            let differing = pixels.chunks_exact(4).filter(|pixel| **pixel != first[..]).count();
            assert!(differing > 100_000, "{} is nearly empty", opening.name());
        }
    }
}

#[test]
fn a_small_window_and_a_fine_screen_are_drawn_too() {
    let small = Picture { width: 900.0, height: 600.0, ..Picture::default() };
    let fine = Picture { pixels_per_point: 2.0, ..Picture::default() };
    let zoomed = Settings { zoom: 1.5, ..Settings::default() };
    for (name, picture, settings) in [
        ("small", small, Settings::default()),
        ("fine", fine, Settings::default()),
        ("zoomed", Picture::default(), zoomed),
    ] {
        for opening in [
            Opening::Today,
            Opening::Timeline,
            Opening::Record,
            Opening::Caseload,
            Opening::Incidents,
            Opening::Metric,
            Opening::QuickLog,
        ] {
            let (_far, link) = Responder::new();
            let settings = Settings { opening, ..settings.clone() };
            let png = screenshot(settings, picture, |_| link).unwrap();
            keep(&format!("{name}-{}", opening.name()), &png);
        }
    }
}

#[test]
fn the_same_window_gives_the_same_picture() {
    let one = draw(Opening::Timeline, ThemeName::Light);
    let other = draw(Opening::Timeline, ThemeName::Light);
    assert_eq!(one, other);
}

#[test]
fn a_silent_school_is_an_error_in_one_line() {
    let (_sender, receive) = std::sync::mpsc::channel();
    let link = crate::Link { send: Box::new(|_, _| Ok(())), receive };
    let patience = std::time::Duration::ZERO;
    let picture = Picture { patience, ..Picture::default() };
    let error = screenshot(Settings::default(), picture, |_| link).unwrap_err();
    assert!(error.to_string().starts_with("the school did not answer"), "{error}");
}

#[test]
fn a_rehearsal_answers_to_hands_without_a_screen() {
    let (far, link) = Responder::new();
    let settings = Settings { opening: Opening::Incidents, ..Settings::default() };
    let mut window = Rehearsal::new(settings, Picture::default(), |_| link).unwrap();
    let asked = far.far.borrow().asked.len();
    for hand in [Hand::Down, Hand::End, Hand::Rest] {
        window.frame(hand);
        window.rest().unwrap();
    }
    assert_eq!(far.far.borrow().asked.len(), asked, "walking asks for nothing");
    for hand in [Hand::QuickLog, Hand::Letter('a'), Hand::Backspace] {
        window.frame(hand);
        window.rest().unwrap();
    }
    let said = far.far.borrow_mut().asked.split_off(asked);
    let expected = ["drafts", "lately", "keep the draft", "let the draft go"];
    assert_eq!(said, expected, "typing keeps a draft and asks for nothing else");
}
