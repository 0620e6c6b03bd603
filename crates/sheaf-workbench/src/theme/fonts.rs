//! The bundled typeface, Inter (SIL Open Font License), in three weights.

use std::sync::Arc;

use eframe::egui::{Context, FontData, FontDefinitions, FontFamily, FontId};

static REGULAR: &[u8] = include_bytes!("../../fonts/Inter-Regular.otf");
static MEDIUM: &[u8] = include_bytes!("../../fonts/Inter-Medium.otf");
static SEMIBOLD: &[u8] = include_bytes!("../../fonts/Inter-SemiBold.otf");

/// How heavy letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// For reading.
    Regular,
    /// For names and buttons.
    Medium,
    /// For titles.
    SemiBold,
}

impl Weight {
    const ALL: [Self; 3] = [Self::Regular, Self::Medium, Self::SemiBold];

    const fn name(self) -> &'static str {
        match self {
            Self::Regular => "inter-regular",
            Self::Medium => "inter-medium",
            Self::SemiBold => "inter-semibold",
        }
    }

    const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => REGULAR,
            Self::Medium => MEDIUM,
            Self::SemiBold => SEMIBOLD,
        }
    }

    fn family(self) -> FontFamily {
        match self {
            Self::Regular => FontFamily::Proportional,
            other => FontFamily::Name(other.name().into()),
        }
    }

    /// A font of this weight.
    pub fn font(self, size: f32) -> FontId {
        FontId::new(size, self.family())
    }
}

/// Installs the typeface; egui's own fonts stay behind it for letters that it lacks.
pub fn install(ctx: &Context) {
    let mut fonts = FontDefinitions::default();
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    for weight in Weight::ALL {
        let data = FontData::from_static(weight.bytes());
        fonts.font_data.insert(weight.name().to_owned(), Arc::new(data));
        let mut names = vec![weight.name().to_owned()];
        names.extend(fallback.iter().cloned());
        fonts.families.insert(weight.family(), names);
    }
    ctx.set_fonts(fonts);
}
