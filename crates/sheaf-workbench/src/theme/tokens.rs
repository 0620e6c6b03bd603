//! The colours of both themes, by what they are for.

use eframe::egui::Color32;

/// Ink on its wash: a colour for words and the pale ground on which they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tone {
    /// For words and icons.
    pub ink: Color32,
    /// The ground under them.
    pub wash: Color32,
}

/// Every colour that a view may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// The ground of the main area.
    pub ground: Color32,
    /// The ground of the sidebar, the tab bar and the status line.
    pub side: Color32,
    /// Cards, popups and dialogs.
    pub raised: Color32,
    /// Text fields and wells.
    pub sunken: Color32,
    /// Under the pointer.
    pub hover: Color32,
    /// Hairlines.
    pub line: Color32,
    /// The outline of things that can be changed.
    pub line_strong: Color32,
    /// Words.
    pub text: Color32,
    /// Words of second rank.
    pub soft: Color32,
    /// Words of third rank: times, hints.
    pub faint: Color32,
    /// What matters most: the main button, focus, the chosen thing.
    pub accent: Color32,
    /// The ground of what is chosen.
    pub accent_wash: Color32,
    /// Words on the accent.
    pub on_accent: Color32,
    /// The ground of what just arrived from another device.
    pub arrived: Color32,
    /// All is well.
    pub good: Tone,
    /// To know.
    pub info: Tone,
    /// To keep an eye on.
    pub watch: Tone,
    /// To act on.
    pub act: Tone,
    /// Refused, or not known.
    pub none: Tone,
    /// Severity from 1 to 5: one hue, ever stronger.
    pub severity: [Color32; 5],
    /// Words on each of these.
    pub on_severity: [Color32; 5],
    /// The shadow under popups.
    pub shadow: Color32,
    /// What lies over the rest while a dialog is open.
    pub veil: Color32,
}

impl Tokens {
    /// The colour of a severity from 1 to 5, and that of words on it.
    pub fn of_severity(&self, level: u8) -> (Color32, Color32) {
        let place = usize::from(level.clamp(1, 5)) - 1;
        let at = |ramp: &[Color32; 5]| ramp.get(place).copied().unwrap_or(self.soft);
        (at(&self.severity), at(&self.on_severity))
    }
}

const fn rgb(hex: u32) -> Color32 {
    let [_, r, g, b] = hex.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

const fn tone(ink: u32, wash: u32) -> Tone {
    Tone { ink: rgb(ink), wash: rgb(wash) }
}

/// The light theme.
pub const LIGHT: Tokens = Tokens {
    ground: rgb(0xffffff),
    side: rgb(0xf6f7f7),
    raised: rgb(0xffffff),
    sunken: rgb(0xf4f5f6),
    hover: rgb(0xeff1f2),
    line: rgb(0xe6e8ea),
    line_strong: rgb(0xcdd2d6),
    text: rgb(0x1b1f23),
    soft: rgb(0x4d555d),
    faint: rgb(0x666e76),
    accent: rgb(0x147266),
    accent_wash: rgb(0xe2f1ee),
    on_accent: rgb(0xffffff),
    arrived: rgb(0xe9f4ff),
    good: tone(0x1a6b3c, 0xe4f4ea),
    info: tone(0x175c93, 0xe6f1fa),
    watch: tone(0x855400, 0xfcf1db),
    act: tone(0xa62b1f, 0xfce9e6),
    none: tone(0x555c64, 0xeef0f2),
    severity: [rgb(0xdba063), rgb(0xcf8342), rgb(0xb95a22), rgb(0xa3401c), rgb(0x8a2018)],
    on_severity: [rgb(0x1b1f23), rgb(0x1b1f23), rgb(0xffffff), rgb(0xffffff), rgb(0xffffff)],
    shadow: Color32::from_black_alpha(28),
    veil: Color32::from_black_alpha(70),
};

/// The dark theme.
pub const DARK: Tokens = Tokens {
    ground: rgb(0x171b22),
    side: rgb(0x11141a),
    raised: rgb(0x1f242d),
    sunken: rgb(0x12161c),
    hover: rgb(0x242a34),
    line: rgb(0x282f39),
    line_strong: rgb(0x3d4653),
    text: rgb(0xeceff4),
    soft: rgb(0xb4bcc8),
    faint: rgb(0x939caa),
    accent: rgb(0x4fc4b0),
    accent_wash: rgb(0x173434),
    on_accent: rgb(0x06221e),
    arrived: rgb(0x1a2c40),
    good: tone(0x6fcf97, 0x163023),
    info: tone(0x7cbdf0, 0x172b3d),
    watch: tone(0xf0bf62, 0x362a12),
    act: tone(0xff9385, 0x401f1c),
    none: tone(0xb0b8c3, 0x272d37),
    severity: [rgb(0xa9825b), rgb(0xc0874d), rgb(0xdb8a4a), rgb(0xf08a58), rgb(0xff937c)],
    on_severity: [rgb(0x11141a); 5],
    shadow: Color32::from_black_alpha(120),
    veil: Color32::from_black_alpha(140),
};
