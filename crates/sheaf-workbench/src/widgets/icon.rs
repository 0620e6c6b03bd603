//! Icons drawn with lines on a grid of 16 by 16, so that they follow theme and zoom.

use eframe::egui::{Color32, Painter, Rect, Response, Sense, Shape, Stroke, Ui, Vec2, pos2};
use sheaf_records::Kind;

/// What an icon stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// An incident: a flag.
    Incident,
    /// A stay in the reflection room: a door.
    Door,
    /// A person.
    Person,
    /// Several people.
    People,
    /// A calendar.
    Calendar,
    /// A list.
    List,
    /// A magnifying glass.
    Search,
    /// The day: a sun.
    Sun,
    /// The night: a moon.
    Moon,
    /// A chart of bars.
    Chart,
    /// Cards beside each other.
    Cards,
    /// Something new.
    Plus,
    /// To close.
    Cross,
    /// One step back.
    Back,
    /// More below.
    Down,
    /// Done.
    Check,
    /// Look here: a triangle.
    Warning,
    /// Two values at once: a fork.
    Fork,
    /// To know: a circle with an i.
    Info,
    /// Gone well: a star.
    Star,
    /// Time to be spent: a clock.
    Clock,
    /// Somebody is called: a bell.
    Bell,
    /// Not possible: a crossed circle.
    Stop,
    /// A device.
    Laptop,
    /// How things are set: three sliders.
    Sliders,
    /// Closed to most.
    Lock,
    /// Help.
    Help,
}

enum Pen {
    Line(&'static [(f32, f32)]),
    Loop(&'static [(f32, f32)]),
    Ring(f32, f32, f32),
    Dot(f32, f32, f32),
}

use Pen::{Dot, Line, Loop, Ring};

/// A star of five points.
const STAR: &[(f32, f32)] = &[
    (8.0, 1.8),
    (9.7, 6.1),
    (14.3, 6.4),
    (10.8, 9.3),
    (11.9, 13.7),
    (8.0, 11.3),
    (4.1, 13.7),
    (5.2, 9.3),
    (1.7, 6.4),
    (6.3, 6.1),
];

const BELL: &[(f32, f32)] = &[
    (2.8, 11.8),
    (4.2, 10.2),
    (4.4, 6.6),
    (5.8, 3.6),
    (8.0, 2.6),
    (10.2, 3.6),
    (11.6, 6.6),
    (11.8, 10.2),
    (13.2, 11.8),
];

const CARDS: &[Pen] = &[
    Loop(&[(2.0, 2.0), (7.0, 2.0), (7.0, 7.0), (2.0, 7.0)]),
    Loop(&[(9.5, 2.0), (14.5, 2.0), (14.5, 7.0), (9.5, 7.0)]),
    Loop(&[(2.0, 9.5), (7.0, 9.5), (7.0, 14.5), (2.0, 14.5)]),
    Loop(&[(9.5, 9.5), (14.5, 9.5), (14.5, 14.5), (9.5, 14.5)]),
];

const LAPTOP: &[Pen] = &[
    Loop(&[(3.0, 3.0), (13.0, 3.0), (13.0, 10.6), (3.0, 10.6)]),
    Line(&[(1.0, 13.2), (15.0, 13.2)]),
];

const SLIDERS: &[Pen] = &[
    Line(&[(2.0, 4.0), (8.4, 4.0)]),
    Line(&[(12.0, 4.0), (14.0, 4.0)]),
    Ring(10.2, 4.0, 1.7),
    Line(&[(2.0, 8.0), (3.8, 8.0)]),
    Line(&[(7.4, 8.0), (14.0, 8.0)]),
    Ring(5.6, 8.0, 1.7),
    Line(&[(2.0, 12.0), (8.4, 12.0)]),
    Line(&[(12.0, 12.0), (14.0, 12.0)]),
    Ring(10.2, 12.0, 1.7),
];

impl Icon {
    /// The icon of a kind of record.
    pub const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Pupil | Kind::Staff => Self::Person,
            Kind::Incident => Self::Incident,
            Kind::Caseload => Self::People,
            Kind::RoomStay => Self::Door,
            Kind::Intervention | Kind::InterventionSession => Self::People,
            Kind::Suspension => Self::Stop,
            Kind::Concern | Kind::ConcernDecision => Self::Lock,
            Kind::PositiveEvent => Self::Star,
            Kind::Detention => Self::Clock,
            Kind::CallOut => Self::Bell,
            Kind::Attendance | Kind::Calendar => Self::Calendar,
            Kind::Score => Self::Chart,
            _ => Self::List,
        }
    }

    const fn pens(self) -> &'static [Pen] {
        match self {
            Self::Incident => &[
                Line(&[(4.0, 14.5), (4.0, 2.0)]),
                Loop(&[(4.0, 2.5), (13.0, 2.5), (10.8, 5.75), (13.0, 9.0), (4.0, 9.0)]),
            ],
            Self::Clock => &[Ring(8.0, 8.0, 6.2), Line(&[(8.0, 4.4), (8.0, 8.2), (10.6, 9.8)])],
            Self::Bell => &[Loop(BELL), Dot(8.0, 14.2, 1.1)],
            Self::Door => &[
                Loop(&[(4.0, 14.0), (4.0, 2.0), (12.0, 2.0), (12.0, 14.0)]),
                Line(&[(2.0, 14.0), (14.0, 14.0)]),
                Dot(9.6, 8.3, 0.95),
            ],
            Self::Person => &[
                Ring(8.0, 5.2, 2.8),
                Line(&[
                    (2.8, 14.0),
                    (3.6, 11.6),
                    (5.6, 10.3),
                    (10.4, 10.3),
                    (12.4, 11.6),
                    (13.2, 14.0),
                ]),
            ],
            Self::People => &[
                Ring(6.0, 5.4, 2.5),
                Line(&[
                    (1.5, 13.6),
                    (2.2, 11.3),
                    (4.0, 10.2),
                    (8.0, 10.2),
                    (9.8, 11.3),
                    (10.5, 13.6),
                ]),
                Line(&[(10.4, 3.1), (12.0, 3.8), (12.6, 5.4), (12.0, 7.0), (10.4, 7.7)]),
                Line(&[(11.8, 10.3), (13.7, 11.4), (14.5, 13.6)]),
            ],
            Self::Calendar => &[
                Loop(&[(2.5, 3.5), (13.5, 3.5), (13.5, 13.5), (2.5, 13.5)]),
                Line(&[(2.5, 6.8), (13.5, 6.8)]),
                Line(&[(5.4, 1.8), (5.4, 4.6)]),
                Line(&[(10.6, 1.8), (10.6, 4.6)]),
            ],
            Self::List => &[
                Line(&[(5.6, 4.0), (14.0, 4.0)]),
                Line(&[(5.6, 8.0), (14.0, 8.0)]),
                Line(&[(5.6, 12.0), (14.0, 12.0)]),
                Dot(2.6, 4.0, 0.9),
                Dot(2.6, 8.0, 0.9),
                Dot(2.6, 12.0, 0.9),
            ],
            Self::Search => &[Ring(7.0, 7.0, 4.6), Line(&[(10.5, 10.5), (14.0, 14.0)])],
            Self::Sun => &[
                Ring(8.0, 8.0, 3.1),
                Line(&[(8.0, 1.2), (8.0, 2.8)]),
                Line(&[(8.0, 13.2), (8.0, 14.8)]),
                Line(&[(1.2, 8.0), (2.8, 8.0)]),
                Line(&[(13.2, 8.0), (14.8, 8.0)]),
                Line(&[(3.2, 3.2), (4.3, 4.3)]),
                Line(&[(11.7, 11.7), (12.8, 12.8)]),
                Line(&[(3.2, 12.8), (4.3, 11.7)]),
                Line(&[(11.7, 4.3), (12.8, 3.2)]),
            ],
            other => other.more_pens(),
        }
    }

    const fn more_pens(self) -> &'static [Pen] {
        match self {
            Self::Moon => &[Loop(&[
                (6.2, 2.2),
                (5.9, 5.0),
                (6.9, 7.9),
                (9.2, 9.8),
                (11.6, 10.3),
                (13.6, 9.9),
                (12.4, 12.0),
                (10.0, 13.6),
                (7.2, 13.7),
                (4.5, 12.5),
                (2.8, 10.2),
                (2.4, 7.4),
                (3.3, 4.6),
            ])],
            Self::Cards => CARDS,
            Self::Chart => &[
                Line(&[(2.2, 14.0), (13.8, 14.0)]),
                Line(&[(4.2, 11.4), (4.2, 8.4)]),
                Line(&[(8.0, 11.4), (8.0, 2.8)]),
                Line(&[(11.8, 11.4), (11.8, 5.8)]),
            ],
            Self::Plus => &[Line(&[(8.0, 3.0), (8.0, 13.0)]), Line(&[(3.0, 8.0), (13.0, 8.0)])],
            Self::Cross => &[Line(&[(4.0, 4.0), (12.0, 12.0)]), Line(&[(12.0, 4.0), (4.0, 12.0)])],
            Self::Back => &[Line(&[(10.0, 3.0), (5.0, 8.0), (10.0, 13.0)])],
            Self::Down => &[Line(&[(3.0, 5.5), (8.0, 10.5), (13.0, 5.5)])],
            Self::Check => &[Line(&[(3.0, 8.6), (6.4, 12.0), (13.2, 4.4)])],
            Self::Warning => &[
                Loop(&[(8.0, 2.2), (14.6, 13.6), (1.4, 13.6)]),
                Line(&[(8.0, 6.4), (8.0, 9.6)]),
                Dot(8.0, 11.6, 0.85),
            ],
            Self::Fork => &[
                Ring(4.0, 3.4, 1.7),
                Ring(12.0, 3.4, 1.7),
                Ring(8.0, 12.6, 1.7),
                Line(&[(4.0, 5.2), (4.0, 7.0), (8.0, 9.2), (12.0, 7.0), (12.0, 5.2)]),
                Line(&[(8.0, 9.2), (8.0, 10.8)]),
            ],
            Self::Info => {
                &[Ring(8.0, 8.0, 6.2), Line(&[(8.0, 7.4), (8.0, 11.2)]), Dot(8.0, 5.1, 0.9)]
            }
            Self::Star => &[Loop(STAR)],
            Self::Laptop => LAPTOP,
            Self::Sliders => SLIDERS,
            Self::Stop => &[Ring(8.0, 8.0, 6.0), Line(&[(3.8, 12.2), (12.2, 3.8)])],
            Self::Lock => &[
                Loop(&[(3.4, 7.2), (12.6, 7.2), (12.6, 14.0), (3.4, 14.0)]),
                Line(&[(5.2, 7.2), (5.2, 4.6), (6.4, 2.6), (9.6, 2.6), (10.8, 4.6), (10.8, 7.2)]),
            ],
            _ => &[
                Ring(8.0, 8.0, 6.2),
                Line(&[
                    (6.1, 6.4),
                    (6.6, 5.1),
                    (8.0, 4.5),
                    (9.4, 5.1),
                    (9.8, 6.4),
                    (8.0, 8.0),
                    (8.0, 9.2),
                ]),
                Dot(8.0, 11.3, 0.9),
            ],
        }
    }

    /// Draws it into a square.
    pub fn paint(self, painter: &Painter, square: Rect, color: Color32) {
        let scale = square.width() / 16.0;
        let stroke = Stroke::new((1.35 * scale).max(1.0), color);
        let place = |&(x, y): &(f32, f32)| square.min + Vec2::new(x, y) * scale;
        for pen in self.pens() {
            painter.add(match pen {
                Line(points) => Shape::line(points.iter().map(place).collect(), stroke),
                Loop(points) => Shape::closed_line(points.iter().map(place).collect(), stroke),
                Ring(x, y, r) => Shape::circle_stroke(place(&(*x, *y)), r * scale, stroke),
                Dot(x, y, r) => Shape::circle_filled(place(&(*x, *y)), r * scale, color),
            });
        }
    }

    /// Draws it beside other words, which carry the meaning.
    pub fn show(self, ui: &mut Ui, size: f32, color: Color32) -> Response {
        let (rect, response) = ui.allocate_exact_size(Vec2::splat(size), Sense::hover());
        self.paint(ui.painter(), rect, color);
        response
    }
}

/// A square of this size around a point.
pub fn square(x: f32, y: f32, size: f32) -> Rect {
    Rect::from_center_size(pos2(x, y), Vec2::splat(size))
}
