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
    ground: rgb(0xff_ff_ff),
    side: rgb(0xf6_f7_f7),
    raised: rgb(0xff_ff_ff),
    sunken: rgb(0xf4_f5_f6),
    hover: rgb(0xef_f1_f2),
    line: rgb(0xe6_e8_ea),
    line_strong: rgb(0xcd_d2_d6),
    text: rgb(0x1b_1f_23),
    soft: rgb(0x4d_55_5d),
    faint: rgb(0x66_6e_76),
    accent: rgb(0x14_72_66),
    accent_wash: rgb(0xe2_f1_ee),
    on_accent: rgb(0xff_ff_ff),
    arrived: rgb(0xe9_f4_ff),
    good: tone(0x1a_6b_3c, 0xe4_f4_ea),
    info: tone(0x17_5c_93, 0xe6_f1_fa),
    watch: tone(0x85_54_00, 0xfc_f1_db),
    act: tone(0xa6_2b_1f, 0xfc_e9_e6),
    none: tone(0x55_5c_64, 0xee_f0_f2),
    severity: [rgb(0xdb_a0_63), rgb(0xcf_83_42), rgb(0xb9_5a_22), rgb(0xa3_40_1c), rgb(0x8a_20_18)],
    on_severity: [
        rgb(0x1b_1f_23),
        rgb(0x1b_1f_23),
        rgb(0xff_ff_ff),
        rgb(0xff_ff_ff),
        rgb(0xff_ff_ff),
    ],
    shadow: Color32::from_black_alpha(28),
    veil: Color32::from_black_alpha(70),
};

/// The dark theme.
pub const DARK: Tokens = Tokens {
    ground: rgb(0x17_1b_22),
    side: rgb(0x11_14_1a),
    raised: rgb(0x1f_24_2d),
    sunken: rgb(0x12_16_1c),
    hover: rgb(0x24_2a_34),
    line: rgb(0x28_2f_39),
    line_strong: rgb(0x3d_46_53),
    text: rgb(0xec_ef_f4),
    soft: rgb(0xb4_bc_c8),
    faint: rgb(0x93_9c_aa),
    accent: rgb(0x4f_c4_b0),
    accent_wash: rgb(0x17_34_34),
    on_accent: rgb(0x06_22_1e),
    arrived: rgb(0x1a_2c_40),
    good: tone(0x6f_cf_97, 0x16_30_23),
    info: tone(0x7c_bd_f0, 0x17_2b_3d),
    watch: tone(0xf0_bf_62, 0x36_2a_12),
    act: tone(0xff_93_85, 0x40_1f_1c),
    none: tone(0xb0_b8_c3, 0x27_2d_37),
    severity: [rgb(0xa9_82_5b), rgb(0xc0_87_4d), rgb(0xdb_8a_4a), rgb(0xf0_8a_58), rgb(0xff_93_7c)],
    on_severity: [rgb(0x11_14_1a); 5],
    shadow: Color32::from_black_alpha(120),
    veil: Color32::from_black_alpha(140),
};
