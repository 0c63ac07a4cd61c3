//! Where the samples come from, and under which licences.

/// A file of a package.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) package: &'static str,
    /// Below the package's folder.
    pub(super) path: &'static str,
    pub(super) title: &'static str,
    pub(super) author: &'static str,
    pub(super) licence: &'static str,
}

impl Source {
    /// Something that this program makes.
    pub(super) const fn ours(title: &'static str) -> Self {
        Self { package: "made here", path: "", title, author: "The Vitrine authors", licence: "CC0-1.0" }
    }
}

/// A photograph of the Debian package that holds them, with what its copyright file says.
const fn photograph(path: &'static str, title: &'static str, author: &'static str, licence: &'static str) -> Source {
    Source { package: "lomiri-wallpapers-16.04", path, title, author, licence }
}

pub(super) const PHOTOGRAPHS: &[Source] = &[
    photograph("usr/share/backgrounds/Bridge_by_Sander_Klootwijk.jpg", "Bridge", "Sander Klootwijk", "CC-BY-SA-4.0"),
    photograph("usr/share/backgrounds/Dragonfly_by_Bolly.jpg", "Dragonfly", "Bolly", "CC-BY-SA-4.0"),
    photograph(
        "usr/share/backgrounds/Picture_0B_by_freespace.jpg",
        "Fig in a red bowl",
        "Trevor \"Freespace\"",
        "CC-BY-4.0",
    ),
    photograph(
        "usr/share/backgrounds/Picture_1A_by_freespace.jpg",
        "Paint brushes",
        "Trevor \"Freespace\"",
        "CC-BY-4.0",
    ),
    photograph("usr/share/backgrounds/Wine_by_Jakkub_Mede.jpg", "Wine", "Jakub Mede", "CC-BY-4.0"),
    photograph(
        "usr/share/backgrounds/aitzgorri_by_Aitzol_Berasategi.jpg",
        "Aitzgorri",
        "Aitzol Berasategi",
        "CC-BY-4.0",
    ),
    photograph(
        "usr/share/backgrounds/analogpattern_by_Peter_Nerlich.jpg",
        "Analog pattern",
        "Peter Nerlich",
        "CC-BY-SA-4.0",
    ),
    photograph("usr/share/backgrounds/free_by_Peter_Nerlich.jpg", "Free", "Peter Nerlich", "CC-BY-SA-4.0"),
    photograph("usr/share/backgrounds/friends_by_Aitzol_Berasategi.jpg", "Friends", "Aitzol Berasategi", "CC-BY-4.0"),
    photograph("usr/share/backgrounds/greentock_by_Peter_Nerlich.jpg", "Greentock", "Peter Nerlich", "CC-BY-SA-4.0"),
    photograph("usr/share/backgrounds/life_by_Aitzol_Berasategi.jpg", "Life", "Aitzol Berasategi", "CC-BY-4.0"),
    photograph(
        "usr/share/backgrounds/picosdeeuropa_by_Aitzol_Berasategi.jpg",
        "Picos de Europa",
        "Aitzol Berasategi",
        "CC-BY-4.0",
    ),
    photograph("usr/share/backgrounds/seeding_by_Clements_Engelhardt.jpg", "Seeding", "Clemens Engelhardt", "CC0-1.0"),
    photograph("usr/share/backgrounds/sunset_by_Aitzol_Berasategi.jpg", "Sunset", "Aitzol Berasategi", "CC-BY-4.0"),
    photograph("usr/share/backgrounds/umang_by_Abhishek_Mudgal.jpg", "Umang", "Abhishek Mudgal", "CC-BY-4.0"),
];

/// Newer versions of its package come without it; then there is no video.
pub(super) const VIDEO: Source = Source {
    package: "python3-imageio",
    path: "usr/lib/python3/dist-packages/imageio/resources/images/cockatoo.mp4",
    title: "Cockatoo",
    author: "imageio contributors",
    licence: "BSD-2-Clause",
};
