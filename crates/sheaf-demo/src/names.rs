//! Names from the many places that the families of an English town come from.

use crate::draw::Draw;

/// The names of families from one part of the world, and how they tell the census they see
/// themselves.
struct Families {
    /// How many of a hundred or so pupils.
    weight: f64,
    ethnicity: &'static [&'static str],
    girls: &'static str,
    boys: &'static str,
    surnames: &'static str,
}

const FAMILIES: [Families; 18] = [
    Families {
        weight: 38.0,
        ethnicity: &["WBRI", "WBRI", "WBRI", "WBRI", "WENG", "MWBC", "MOTH"],
        girls: "Olivia Amelia Isla Grace Lily Freya Emily Poppy Evie Charlotte Daisy Phoebe Ruby \
                Chloe Jessica Megan Lucy Holly Ella Scarlett Bethany Imogen Molly Harriet",
        boys: "Oliver George Harry Jack Noah Charlie Alfie Archie Thomas Joshua Max Finley Toby \
               Callum Ethan Jake Luke Harvey Kieran Reece Louis Dylan Bradley Owen",
        surnames: "Smith Jones Taylor Brown Wilson Walker Wright Robinson Thompson White Hughes \
                   Green Hall Wood Harris Clarke Turner Parker Cooper Morris Ward Bailey Shaw \
                   Mills Barker Holmes Fletcher Webb Dawson Hartley",
    },
    Families {
        weight: 4.0,
        ethnicity: &["WIRI", "WBRI", "WIRT"],
        girls: "Aoife Niamh Ciara Saoirse Roisin Caoimhe Sinead Maeve Orla Erin",
        boys: "Conor Cian Oisin Padraig Declan Eoin Fionn Darragh Ronan Brendan",
        surnames: "Murphy Kelly Byrne Ryan Doyle Gallagher Doherty McCarthy Nolan Sheridan \
                   O'Brien O'Sullivan",
    },
    Families {
        weight: 9.0,
        ethnicity: &["APKN", "APKN", "AKPA"],
        girls: "Aisha Zainab Hafsa Maryam Iqra Mahnoor Hira Sana Amna Zara Khadija Rabia",
        boys: "Muhammad Hamza Bilal Usman Zain Hassan Ali Umar Danyal Ibrahim Haris Saad",
        surnames: "Khan Ahmed Hussain Malik Iqbal Mahmood Shah Akhtar Mirza Butt Chaudhry Raja \
                   Qureshi Siddiqui",
    },
    Families {
        weight: 5.0,
        ethnicity: &["ABAN"],
        girls: "Nusrat Tahmina Farhana Jannat Sumaiya Tasnim Anika Nadia Rukhsana Sadia",
        boys: "Tanvir Rahim Kamrul Shahid Imran Rafi Nayeem Jubair Mahfuz Arif",
        surnames: "Begum Miah Uddin Rahman Chowdhury Islam Khatun Hoque Alam Sarkar Bhuiyan \
                   Talukdar",
    },
    Families {
        weight: 7.0,
        ethnicity: &["AIND"],
        girls: "Priya Anjali Simran Jasleen Kavya Diya Meera Harleen Nisha Riya Gurpreet Isha",
        boys: "Arjun Rohan Jaspreet Karan Aarav Dev Harjit Nikhil Gurdeep Vikram Ravi Amit",
        surnames: "Patel Singh Kaur Sharma Gill Sandhu Desai Mehta Joshi Dhillon Nair Reddy Shukla \
                   Bains",
    },
    Families {
        weight: 2.5,
        ethnicity: &["AOTH"],
        girls: "Tharshini Abirami Kavitha Sujata Asmita Nilufar",
        boys: "Kajan Suren Pradeep Bishal Sanjeev Farid",
        surnames: "Sivakumar Nadarajah Gurung Rai Thapa Perera Fernando Selvam",
    },
    Families {
        weight: 6.0,
        ethnicity: &["BNGN", "BGHA", "BAFR", "BAFR"],
        girls: "Adaeze Chiamaka Temitope Folake Ngozi Abena Akosua Efua Ifeoma Yetunde Blessing \
                Esther",
        boys: "Chidi Emeka Tunde Kwame Kofi Oluwaseun Ikenna Babatunde Yaw Femi Obinna Samuel",
        surnames: "Okafor Adeyemi Mensah Boateng Okonkwo Balogun Owusu Eze Asante Ogunleye Nwosu \
                   Appiah Osei",
    },
    Families {
        weight: 3.0,
        ethnicity: &["BSOM", "BAFR"],
        girls: "Hodan Ayaan Ifrah Sagal Deeqa Hamdi Ubah Naima Fadumo Selam",
        boys: "Abdi Yusuf Liban Mahad Guled Warsame Zakariya Idris Ayanle Dawit",
        surnames: "Warsame Farah Abdi Jama Hersi Osman Duale Nur Hirsi Tesfaye Ismail Gebre",
    },
    Families {
        weight: 4.0,
        ethnicity: &["BCRB", "BCRB", "BOTH", "MWBC"],
        girls: "Shanice Kayla Tianna Aaliyah Renee Jada Keisha Nevaeh Amara Leanna",
        boys: "Jermaine Tyrone Malachi Kai Andre Dwayne Marlon Tyrell Elijah Javon",
        surnames: "Campbell Gordon Bailey Grant Francis Reid Henry Powell Thomas Lewis Joseph \
                   Pinnock",
    },
    Families {
        weight: 5.0,
        ethnicity: &["WEEU", "WOTH"],
        girls: "Zuzanna Maja Oliwia Julia Aleksandra Natalia Wiktoria Kinga Hanna Gabriela",
        boys: "Jakub Szymon Filip Kacper Mateusz Bartosz Oskar Wojciech Dawid Piotr",
        surnames: "Nowak Kowalski Wisniewski Wojcik Kaminski Lewandowski Zielinski Szymanski \
                   Dabrowski Mazur Krawczyk Pawlak",
    },
    Families {
        weight: 4.0,
        ethnicity: &["WEEU", "WOTH", "WROM"],
        girls: "Andreea Ioana Elena Larisa Denisa Bianca Raluca Simona Alexia Daria",
        boys: "Andrei Stefan Ionut Razvan Mihai Cristian Florin Darius Luca Vlad",
        surnames: "Popescu Ionescu Popa Dumitru Stan Radu Munteanu Lazar Constantin Rusu Varga \
                   Ciobanu",
    },
    Families {
        weight: 2.5,
        ethnicity: &["WEEU", "WOTH"],
        girls: "Oksana Daryna Sofiia Kateryna Milda Ugne Liepa Yuliia",
        boys: "Maksym Danylo Artem Bohdan Lukas Matas Dovydas Nazar",
        surnames: "Shevchenko Kovalenko Bondar Tkachenko Kazlauskas Petrauskas Balciunas Melnyk",
    },
    Families {
        weight: 3.0,
        ethnicity: &["WPOR", "WWEU", "WOTH"],
        girls: "Beatriz Mariana Leonor Matilde Carolina Ines Lucia Giulia",
        boys: "Tiago Diogo Rafael Goncalo Afonso Miguel Mateo Duarte",
        surnames: "Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Sousa Fernandes \
                   Gomes Rossi",
    },
    Families {
        weight: 3.0,
        ethnicity: &["WTUR", "WOTH", "OOTH"],
        girls: "Elif Zeynep Defne Ecrin Azra Melis Berivan Rojda Ceren Nehir",
        boys: "Emre Yigit Kerem Arda Baran Mert Deniz Serhat Azad Burak",
        surnames: "Yilmaz Kaya Demir Celik Sahin Yildiz Ozturk Aydin Arslan Dogan Kilic Aslan",
    },
    Families {
        weight: 3.5,
        ethnicity: &["OARA", "OOTH", "MOTH"],
        girls: "Layla Noor Yasmin Salma Rania Huda Mariam Lina Dunya Shahad",
        boys: "Omar Karim Khalid Tariq Younes Mustafa Anas Faris Adam Rayan",
        surnames: "Haddad Mansour Al-Amin Nasser Saleh Hamdan Benali Khoury El-Sayed Aziz Darwish \
                   Othman",
    },
    Families {
        weight: 2.0,
        ethnicity: &["OOTH", "AOTH"],
        girls: "Parisa Shirin Laila Zahra Nazanin Freshta",
        boys: "Arash Navid Omid Farhad Rustam Hamid",
        surnames: "Ahmadi Rezaei Karimi Hosseini Noori Rahimi Sadat Azizi",
    },
    Families {
        weight: 2.5,
        ethnicity: &["CHNE"],
        girls: "Mei Jia-Yi Wing-Yan Xin-Yi Hoi-Ching Lok-Yiu Yuxuan Ka-Man",
        boys: "Jun-Hao Wei Ho-Yin Zihan Chun-Kit Tsz-Hin Haoran Lok-Hei",
        surnames: "Chan Wong Lam Cheung Li Wang Zhang Chen Leung Liu Yip Huang",
    },
    Families {
        weight: 1.5,
        ethnicity: &["AOTH", "MOTH"],
        girls: "Linh Thao Ngoc Angelica Maricel Hana Yuki Soo-Jin",
        boys: "Minh Duc Khoa Paolo Jericho Kenji Haruto Joon",
        surnames: "Nguyen Tran Pham Reyes Cruz Bautista Tanaka Kim Le Santos",
    },
];

/// A drawn name, and an ethnicity that goes with it.
#[derive(Clone, Copy)]
pub(crate) struct Name {
    pub(crate) forename: &'static str,
    pub(crate) surname: &'static str,
    pub(crate) ethnicity: &'static str,
}

/// Draws a girl's or a boy's name. A few in a hundred have a surname from elsewhere, as families
/// mix.
pub(crate) fn draw_name(draw: &mut Draw, sex: Sex) -> Name {
    let families = draw_families(draw);
    let surnames = if draw.chance(0.04) { draw_families(draw).surnames } else { families.surnames };
    let forenames = match sex {
        Sex::Female => families.girls,
        Sex::Male => families.boys,
    };
    Name {
        forename: draw_word(draw, forenames),
        surname: draw_word(draw, surnames),
        ethnicity: draw.pick(families.ethnicity),
    }
}

/// Sex, as the census has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sex {
    Female,
    Male,
}

impl Sex {
    pub(crate) fn draw(draw: &mut Draw) -> Self {
        if draw.chance(0.5) { Self::Female } else { Self::Male }
    }

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Female => "F",
            Self::Male => "M",
        }
    }
}

fn draw_families(draw: &mut Draw) -> &'static Families {
    let mut left = draw.unit() * FAMILIES.iter().map(|families| families.weight).sum::<f64>();
    let [first, ..] = &FAMILIES;
    FAMILIES
        .iter()
        .find(|families| {
            left -= families.weight;
            left < 0.0
        })
        .unwrap_or(first)
}

fn draw_word(draw: &mut Draw, words: &'static str) -> &'static str {
    let count = words.split_whitespace().count();
    words.split_whitespace().nth(draw.place(count)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_many_and_known_to_the_code_list() {
        let words = |get: fn(&Families) -> &'static str| {
            FAMILIES.iter().flat_map(|f| get(f).split_whitespace()).collect::<BTreeSet<_>>().len()
        };
        assert!(words(|f| f.girls) > 120, "{}", words(|f| f.girls));
        assert!(words(|f| f.boys) > 120, "{}", words(|f| f.boys));
        assert!(words(|f| f.surnames) > 120, "{}", words(|f| f.surnames));
        let lists = sheaf_records::CodeLists::default();
        for code in FAMILIES.iter().flat_map(|families| families.ethnicity) {
            lists.get(sheaf_records::ListId::Ethnicity, code).unwrap();
        }
    }

    #[test]
    fn no_family_makes_up_half_of_the_school() {
        let total: f64 = FAMILIES.iter().map(|families| families.weight).sum();
        assert!(FAMILIES.iter().all(|families| families.weight < total / 2.0));
    }
}
