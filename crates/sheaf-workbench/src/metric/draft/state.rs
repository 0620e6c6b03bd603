//! The draft that is open, and what was typed and not saved.

use std::collections::BTreeMap;
use std::sync::Arc;

use sheaf_school::desk::{MetricDraftPage, MetricRequest};

/// A change in a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Open the draft in this folder.
    Open(String),
    /// Look at it no longer; what was typed stays.
    Close,
    /// Ask what a new one is called.
    Ask,
    /// What a new one is called.
    Called(String),
    /// Begin it.
    Begin,
    /// The keys are where they belong.
    Focused,
    /// Look at another of its files.
    File(String),
    /// What the file in sight says now.
    Type(String),
    /// What is being typed that words of the language are shown for.
    Words(Option<String>),
    /// Save the file in sight, and run the examples.
    Save,
    /// Take back what was typed in the file in sight since it was saved.
    Discard,
    /// What its author says of it.
    Note(String),
    /// Share it with the school.
    Share,
}

/// What is on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sending {
    /// Nothing.
    #[default]
    Nothing,
    /// A file is saved and the examples run.
    Saving,
    /// It is shared.
    Sharing,
}

/// A file that was typed in and not saved.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Typed {
    /// What it said when the typing began.
    known: String,
    /// What it says now.
    text: String,
}

/// The words that hang below what is being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum WordsInSight {
    /// There are none.
    #[default]
    Nothing,
    /// There are some for this.
    Shown(String),
    /// They were sent away while this was being typed.
    SentAway(String),
}

impl WordsInSight {
    /// What is being typed that words are shown for.
    pub fn shown(&self) -> Option<&str> {
        if let Self::Shown(typed) = self { Some(typed) } else { None }
    }

    /// What was being typed when they were sent away.
    pub fn sent_away(&self) -> Option<&str> {
        if let Self::SentAway(typed) = self { Some(typed) } else { None }
    }

    /// What is being typed that words are shown for now; where they were sent away, none stays so.
    pub fn now(&mut self, shown: Option<String>) {
        match (shown, &self) {
            (Some(typed), _) => *self = Self::Shown(typed),
            (None, Self::SentAway(_)) => {}
            (None, _) => *self = Self::Nothing,
        }
    }

    /// Sends them away, if there are any.
    pub fn send_away(&mut self) -> bool {
        let Self::Shown(typed) = self else { return false };
        *self = Self::SentAway(std::mem::take(typed));
        true
    }
}

/// The draft that is open.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The name of its folder.
    pub folder: String,
    /// What is known of it; none until it is here.
    pub page: Option<Arc<MetricDraftPage>>,
    /// Why it cannot be read, saved or shared.
    pub refused: Option<String>,
    /// The file in sight.
    pub file: String,
    typed: BTreeMap<String, Typed>,
    /// The words below what is being typed.
    pub words: WordsInSight,
    /// What its author says of it.
    pub note: String,
    /// What is on its way.
    pub sending: Sending,
}

impl Draft {
    /// Nothing is known of it yet.
    pub fn new(folder: String) -> Self {
        Self {
            folder,
            page: None,
            refused: None,
            file: String::new(),
            typed: BTreeMap::new(),
            words: WordsInSight::default(),
            note: String::new(),
            sending: Sending::Nothing,
        }
    }

    /// What the file in sight says, with what was typed.
    pub fn text(&self) -> &str {
        match self.typed.get(&self.file) {
            Some(typed) => &typed.text,
            None => self.saved(&self.file).unwrap_or_default(),
        }
    }

    fn saved(&self, file: &str) -> Option<&str> {
        let files = &self.page.as_ref()?.files;
        files.iter().find(|(name, _)| name == file).map(|(_, text)| text.as_str())
    }

    /// Whether a file was typed in and not saved.
    pub fn is_changed(&self, file: &str) -> bool {
        self.typed.contains_key(file)
    }

    /// Whether any file was.
    pub fn has_changes(&self) -> bool {
        !self.typed.is_empty()
    }

    /// Whether there is something typed that would be lost.
    pub fn is_worth_keeping(&self) -> bool {
        self.has_changes() || !self.note.is_empty()
    }

    /// What the file in sight says now.
    pub fn write(&mut self, text: String) {
        let Some(saved) = self.saved(&self.file).map(str::to_owned) else { return };
        if text == saved {
            self.typed.remove(&self.file);
            return;
        }
        let file = self.file.clone();
        self.typed
            .entry(file)
            .or_insert_with(|| Typed { known: saved, text: String::new() })
            .text = text;
    }

    /// Takes back what was typed in the file in sight.
    pub fn discard(&mut self) {
        self.typed.remove(&self.file);
        self.refused = None;
    }

    /// The request that saves the file in sight, if it has changed and nothing is on its way.
    pub fn save(&mut self) -> Option<MetricRequest> {
        if self.sending != Sending::Nothing {
            return None;
        }
        let Typed { known, text } = self.typed.get(&self.file)?.clone();
        self.sending = Sending::Saving;
        self.refused = None;
        let (folder, file) = (self.folder.clone(), self.file.clone());
        Some(MetricRequest::SaveDraft { folder, file, known, text })
    }

    /// Why it cannot be shared now.
    pub fn hinders(&self) -> Option<&'static str> {
        let Some(page) = &self.page else { return Some("It is still being read") };
        if self.has_changes() {
            return Some("Save it first, so that its examples run");
        }
        page.hinders()
    }

    /// The request that shares it as it was checked, if nothing stands against it.
    pub fn share(&mut self) -> Option<MetricRequest> {
        if self.sending != Sending::Nothing || self.hinders().is_some() {
            return None;
        }
        let hash = self.page.as_ref()?.hash.clone()?;
        self.sending = Sending::Sharing;
        self.refused = None;
        let note = Some(self.note.trim().to_owned()).filter(|note| !note.is_empty());
        Some(MetricRequest::ShareDraft { folder: self.folder.clone(), hash, note })
    }

    /// Takes what it is on the disk now.
    pub fn fill(&mut self, page: Arc<MetricDraftPage>) {
        if page.folder != self.folder {
            return;
        }
        let was_saving = self.sending == Sending::Saving;
        if page.files.iter().all(|(file, _)| *file != self.file) {
            self.file = page.files.first().map(|(file, _)| file.clone()).unwrap_or_default();
        }
        self.page = Some(page);
        self.sending = Sending::Nothing;
        self.refused = None;
        let saved = |file: &str| self.saved(file).map(str::to_owned);
        let mut typed = self.typed.clone();
        typed.retain(|file, typed| match saved(file) {
            Some(text) if text == typed.text => false,
            // What was typed on while it was being saved goes on from there.
            Some(text) if was_saving && *file == self.file => {
                typed.known = text;
                true
            }
            _ => true,
        });
        self.typed = typed;
    }

    /// Something of it was refused.
    pub fn refuse(&mut self, why: String) {
        self.sending = Sending::Nothing;
        self.refused = Some(why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::sharing::draft_page;

    fn open(text: &str) -> Draft {
        let mut draft = Draft::new("late-to-lessons".to_owned());
        draft.fill(Arc::new(draft_page(text)));
        draft
    }

    #[test]
    fn what_is_typed_while_it_is_saved_is_kept_and_saved_next() {
        let mut draft = open("one");
        assert_eq!((draft.text(), draft.hinders()), ("one", None));
        draft.write("two".to_owned());
        assert!(draft.share().is_none(), "not what nobody has checked");
        assert!(draft.save().is_some() && draft.save().is_none(), "one at a time");
        draft.write("three".to_owned());
        draft.fill(Arc::new(draft_page("two")));
        assert_eq!(draft.text(), "three");
        let Some(MetricRequest::SaveDraft { known, text, .. }) = draft.save() else {
            panic!("it has changed")
        };
        assert_eq!((known.as_str(), text.as_str()), ("two", "three"));
        draft.fill(Arc::new(draft_page("three")));
        assert!(!draft.has_changes() && draft.share().is_some());
    }

    #[test]
    fn what_changed_on_the_disk_meanwhile_is_not_taken_for_known() {
        let mut draft = open("one");
        draft.write("two".to_owned());
        draft.fill(Arc::new(draft_page("other")));
        let Some(MetricRequest::SaveDraft { known, .. }) = draft.save() else {
            panic!("it has changed")
        };
        assert_eq!(known, "one");
    }
}
