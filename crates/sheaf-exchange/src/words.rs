//! From the words of a list to the codes of the school: years, SEN, disadvantage and the like.

use jiff::civil::Date;
use sheaf_records::{CodeEntry, CodeLists, ListId, Value};

use crate::column::PupilField;
use crate::error::RowError;

/// What a cell says of a fact.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Said {
    /// This value.
    Is(Value),
    /// There is one, but not which.
    Yes,
    /// There is none.
    No,
}

/// A cell that was understood, with what a person should know about how.
pub(crate) struct Understood {
    pub said: Said,
    pub note: Option<String>,
}

impl Understood {
    fn code(entry: &CodeEntry) -> Self {
        Self::plain(Said::Is(Value::from(entry.code.as_str())))
    }

    pub(crate) const fn plain(said: Said) -> Self {
        Self { said, note: None }
    }
}

/// The code lists of the school on the day of an import.
pub(crate) struct Words<'a> {
    pub lists: &'a CodeLists,
    pub today: Date,
}

impl Words<'_> {
    /// What a cell says of a coded field.
    ///
    /// # Errors
    /// It is not understood; the nearest code is told.
    pub(crate) fn read(&self, field: PupilField, text: &str) -> Result<Understood, RowError> {
        match field {
            PupilField::YearGroup => self.year(text),
            PupilField::SenStatus => self.sen(text),
            PupilField::PupilPremium => self.yes_no(ListId::PupilPremium, text, PREMIUM),
            PupilField::FreeMeals => self.yes_no(ListId::FreeMeals, text, MEALS),
            PupilField::Ethnicity => self.coded(ListId::Ethnicity, text, ETHNICITY),
            PupilField::Roll => self.coded(ListId::RollStatus, text, ROLL),
            _ => self.coded(ListId::Sex, text, SEX),
        }
    }

    fn year(&self, text: &str) -> Result<Understood, RowError> {
        let name = plain(text.strip_suffix(".0").unwrap_or(text));
        let prefixes = ["nationalcurriculumyear", "ncyear", "yeargroup", "year", "yr", "y"];
        let after = |prefix| name.strip_prefix(prefix).filter(|rest| !rest.is_empty());
        let rest = prefixes.into_iter().find_map(after).unwrap_or(&name);
        let short = match rest {
            "r" | "rec" | "reception" | "0" | "00" => "R",
            digits => digits.trim_start_matches('0'),
        };
        match self.exact(ListId::YearGroup, short) {
            Some(entry) => Ok(Understood::code(entry)),
            None => Err(RowError::NotAYear),
        }
    }

    fn sen(&self, text: &str) -> Result<Understood, RowError> {
        let understood = self.coded(ListId::SenStatus, text, SEN)?;
        let Said::Is(Value::Text(code)) = &understood.said else { return Ok(understood) };
        if self.lists.find(ListId::SenStatus, code, self.today).is_ok() {
            return Ok(understood);
        }
        match code.as_str() {
            "A" | "P" | "Q" => Ok(Understood {
                said: Said::Is(Value::from("K")),
                note: Some(format!(
                    "The old SEN code `{code}` was read as `K`, SEN support, which took its place"
                )),
            }),
            _ => Err(RowError::OldCode("E for a plan, K for support or N for none")),
        }
    }

    fn yes_no(&self, list: ListId, text: &str, synonyms: Synonyms) -> Result<Understood, RowError> {
        let name = plain(text);
        if YES.contains(&name.as_str()) || text == "✓" {
            return Ok(Understood::plain(Said::Yes));
        }
        if NO.contains(&name.as_str()) || text == "-" {
            return Ok(Understood::plain(Said::No));
        }
        self.coded(list, text, synonyms).map_err(|error| match error {
            RowError::Field(sheaf_records::FieldError::UnknownCode { nearest: None, .. }) => {
                RowError::NotYesOrNo(list)
            }
            other => other,
        })
    }

    /// A code or title, a usual other word for one, or `CODE - Title`.
    fn coded(&self, list: ListId, text: &str, synonyms: Synonyms) -> Result<Understood, RowError> {
        let name = plain(text);
        let other = synonyms.iter().find(|(_, words)| words.contains(&name.as_str()));
        let before_dash = text.split_once([' ', '-', ':', '\u{2013}']).map(|(code, _)| code);
        let found = self
            .exact(list, text)
            .or_else(|| self.exact(list, other?.0))
            .or_else(|| self.code_with_title(list, before_dash?, &name));
        match found {
            Some(entry) => Ok(Understood::code(entry)),
            None => {
                Err(self.lists.get(list, text).err().map_or(RowError::NotYesOrNo(list), Into::into))
            }
        }
    }

    /// The code or title itself, whatever the case, blanks or dashes.
    fn exact(&self, list: ListId, text: &str) -> Option<&CodeEntry> {
        let name = plain(text);
        let mut entries = self.lists.codes(list).iter();
        entries.find(|one| plain(&one.code) == name || plain(&one.title) == name)
    }

    /// `K - SEN support`: a code before its own title.
    fn code_with_title(&self, list: ListId, code: &str, whole: &str) -> Option<&CodeEntry> {
        let entry = self.lists.codes(list).iter().find(|one| plain(&one.code) == plain(code))?;
        let rest = whole.strip_prefix(plain(code).as_str())?;
        let title = plain(&entry.title);
        (!rest.is_empty() && (title.starts_with(rest) || rest.starts_with(&title))).then_some(entry)
    }
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

const YES: &[&str] = &["yes", "y", "true", "t", "1", "eligible", "x", "pp", "fsm", "pupilpremium"];
const NO: &[&str] =
    &["no", "n", "false", "f", "0", "none", "noteligible", "ineligible", "nonpp", "notpp"];

/// Codes, and what lists write for them beside the code and its title.
type Synonyms = &'static [(&'static str, &'static [&'static str])];

const SEX: Synonyms = &[("F", &["girl"]), ("M", &["boy"])];

const SEN: Synonyms = &[
    ("N", &["no", "none", "nosen", "notsen", "nonsen", "nospecialeducationalneeds"]),
    ("K", &["support", "sens", "kcode"]),
    ("E", &["ehcp", "ehc", "ehcplan", "educationhealthcareplan", "educationhealthandcareplanehcp"]),
    ("S", &["statement", "statemented"]),
    ("A", &["schoolaction", "earlyyearsaction"]),
    ("P", &["schoolactionplus", "earlyyearsactionplus"]),
];

const PREMIUM: Synonyms = &[
    ("DPP", &["deprivation", "ever6", "ever6fsm", "fsm6", "disadvantaged"]),
    ("SCP", &["service", "servicechild", "servicechildren"]),
    ("LAP", &["lac", "cla", "lookedafter", "lookedafterchild", "childlookedafter"]),
    ("AFC", &["adopted", "adoptedfromcare", "postlac", "previouslylookedafter"]),
    ("EYP", &["earlyyears", "eypp"]),
];

const MEALS: Synonyms = &[
    ("TFSM", &["targeted", "targetedfreemeals"]),
    ("EFSM", &["expanded", "expandedfreemeals"]),
    ("OFSM", &["other"]),
];

const ROLL: Synonyms = &[
    ("C", &["current", "single", "singleregistration", "onroll", "currentsingleregistration"]),
    ("M", &["main", "maindual", "maindualregistration", "dualmain"]),
    ("S", &["subsidiary", "subsidiarydual", "subsidiarydualregistration", "dualsubsidiary"]),
    ("F", &["fe", "fecollege"]),
    ("G", &["guestpupil"]),
    ("P", &["leaver", "left", "former", "formerpupil", "previouspupil"]),
];

const ETHNICITY: Synonyms = &[
    ("WBRI", &["british", "whitebritishenglish", "englishwelshscottishnorthernirishorbritish"]),
    ("WENG", &["english"]),
    ("WSCO", &["scottish"]),
    ("WWEL", &["welsh"]),
    ("WCOR", &["cornish"]),
    ("WEEU", &["easterneuropean"]),
    ("WWEU", &["westerneuropean"]),
    ("WIRI", &["irish"]),
    ("WIRT", &["whitetravellerofirishheritage", "irishtraveller"]),
    ("WROM", &["whitegypsyroma", "gypsyroma", "roma", "whiteroma"]),
    ("WOTH", &["whiteother", "otherwhite", "whiteanyotherwhitebackground"]),
    ("MWBC", &["mixedwhiteandblackcaribbean"]),
    ("MWBA", &["mixedwhiteandblackafrican"]),
    ("MWAS", &["mixedwhiteandasian"]),
    ("MOTH", &["mixedother", "othermixed", "mixedanyothermixedbackground"]),
    ("AIND", &["asianindian", "asianorasianbritishindian"]),
    ("APKN", &["asianpakistani", "asianorasianbritishpakistani"]),
    ("ABAN", &["asianbangladeshi", "asianorasianbritishbangladeshi"]),
    ("AOTH", &["asianother", "otherasian", "asianorasianbritishanyotherasianbackground"]),
    ("BCRB", &["caribbean", "blackorblackbritishcaribbean"]),
    ("BAFR", &["blackafrican", "african", "blackorblackbritishafrican"]),
    ("BOTH", &["blackother", "otherblack", "blackorblackbritishanyotherblackbackground"]),
    ("CHNE", &["chinese", "asianorasianbritishchinese", "asianchinese"]),
    ("OOTH", &["other", "anyotherethnicgroup", "otherethnicgroup"]),
    ("REFU", &["refused", "didnotwishtoberecorded"]),
    ("NOBT", &["unknown", "notknown", "informationnotyetobtained", "notyetobtained"]),
];

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use PupilField::*;

    #[track_caller]
    fn check(field: PupilField, texts: &[&str], expected: &str) {
        let lists = CodeLists::default();
        let words = Words { lists: &lists, today: date(2026, 11, 20) };
        for text in texts {
            let told = match words.read(field, text).map(|understood| understood.said) {
                Ok(Said::Is(value)) => value.to_string(),
                Ok(Said::Yes) => "yes".to_owned(),
                Ok(Said::No) => "no".to_owned(),
                Err(error) => error.to_string(),
            };
            assert_eq!(told, expected, "{field}: {text}");
        }
    }

    #[test]
    fn years_are_read_however_they_are_written() {
        check(YearGroup, &["Year 9", "9", "Y9", "Yr 9", "09", "Year 09", "9.0", "year9"], "9");
        check(YearGroup, &["Reception", "R", "Rec", "Year R", "YR", "0", "Y0"], "R");
        check(YearGroup, &["N2", "Nursery 2"], "N2");
        check(YearGroup, &["13", "Year 13"], "13");
        check(
            YearGroup,
            &["Year 19", "Nursery", "9A"],
            "is no year group; write `Year 9`, `9` or `Reception`",
        );
    }

    #[test]
    fn sen_codes_old_and_new_are_read() {
        check(SenStatus, &["N", "none", "No SEN", "No special educational need"], "N");
        check(SenStatus, &["K", "k", "SEN Support", "K - SEN support"], "K");
        check(SenStatus, &["E", "EHCP", "EHC Plan", "E - Education, Health and Care Plan"], "E");
        check(SenStatus, &["A", "P", "School Action", "School Action Plus", "Q"], "K");
        check(
            SenStatus,
            &["S", "Statement"],
            "is an old code that counts no longer; write E for a plan, K for support or N for none",
        );
    }

    #[test]
    fn disadvantage_is_read_as_yes_no_or_a_code() {
        check(PupilPremium, &["Yes", "y", "TRUE", "1", "✓", "PP"], "yes");
        check(FreeMeals, &["No", "n", "False", "0", "-"], "no");
        check(
            PupilPremium,
            &["DPP", "Deprivation pupil premium", "Ever 6 FSM", "deprivation"],
            "DPP",
        );
        check(PupilPremium, &["LAC", "Looked after"], "LAP");
        check(FreeMeals, &["TFSM", "Targeted free school meals"], "TFSM");
        check(
            PupilPremium,
            &["certainly"],
            "is neither yes nor no nor a code of the list `pupil_premium`",
        );
    }

    #[test]
    fn ethnicity_sex_and_roll_are_read_by_code_and_by_words() {
        check(
            Ethnicity,
            &["WBRI", "White British", "White - British", "WBRI - White British"],
            "WBRI",
        );
        check(Ethnicity, &["BSOM", "Somali"], "BSOM");
        check(Ethnicity, &["Black or Black British - African"], "BAFR");
        check(Ethnicity, &["Refused", "REFU"], "REFU");
        check(Sex, &["F", "female", "Girl"], "F");
        check(Roll, &["C", "Current", "Single Registration"], "C");
        check(Roll, &["Leaver", "P"], "P");
        check(
            Sex,
            &["Q"],
            "`Q` is not in the list `sex` (did you mean `F`?); `sheaf codes sex` shows it",
        );
    }
}
