//! The table that converts HDR and wide colours to BT.709, in the format `.cube` of the filter `lut3d`.
//!
//! Every build of `ffmpeg` has this filter, while `zscale` needs a library that many builds lack. HDR is converted as
//! reports BT.2408 and BT.2100 of the ITU describe its light: the reference white of 203 cd/m² becomes the white of SDR.
//! Everything up to 90 % of the signal of that white stays as it is. Above, a curve compresses what is brighter, so that
//! the reference white becomes 248 of 255, 300 cd/m² 254, and the brightest highlight 255. The curve is
//! applied to the largest of red, green and blue, and scales all three, so that no hue changes. Colours outside BT.709
//! are cut off at its edge.

use std::fmt::Write;

/// The number of steps in each direction. Interpolation between them is off by half a value of 255 on average.
const STEPS: u16 = 65;

/// The brightness of the white of SDR in an HDR video, in cd/m².
const WHITE: f64 = 203.0;

/// The signal above which brightness is compressed.
const KNEE: f64 = 0.9;

/// How bright red, green and blue of BT.2020 are.
const LUMINANCE: [f64; 3] = [0.2627, 0.678, 0.0593];

/// What the signals red, green and blue stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Primaries {
    /// Those of HD television and of the web; those of SD television are nearly the same.
    Bt709,
    /// Those of UHD television.
    Bt2020,
    /// Those of cinemas, and of phones and computers with wide colours.
    P3,
}

/// How bright a signal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transfer {
    /// Like a screen of the web.
    Sdr,
    /// SMPTE ST 2084, as in HDR10: the signal tells the light in cd/m².
    Pq,
    /// ARIB STD-B67, as iPhones record it.
    Hlg,
}

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lut {
    primaries: Primaries,
    transfer: Transfer,
}

impl Lut {
    /// None if there is nothing to convert.
    pub(super) fn new(primaries: Primaries, transfer: Transfer) -> Option<Self> {
        (primaries != Primaries::Bt709 || transfer != Transfer::Sdr).then_some(Self { primaries, transfer })
    }

    /// The file of the table.
    pub(crate) fn cube(self) -> String {
        let mut text = format!("LUT_3D_SIZE {STEPS}\n");
        let signal = |step: u16| f64::from(step) / f64::from(STEPS - 1);
        for blue in 0..STEPS {
            for green in 0..STEPS {
                for red in 0..STEPS {
                    let [red, green, blue] = self.convert([signal(red), signal(green), signal(blue)]);
                    // Writing to a string never fails.
                    let _ = writeln!(text, "{red:.5} {green:.5} {blue:.5}");
                }
            }
        }
        text
    }

    /// Converts signals, from 0 to 1, to those of BT.709.
    fn convert(self, signals: [f64; 3]) -> [f64; 3] {
        let light = match self.transfer {
            Transfer::Sdr => signals.map(sdr_light),
            Transfer::Pq => signals.map(|signal| pq_light(signal) / WHITE),
            Transfer::Hlg => hlg_light(signals).map(|light| light / WHITE),
        };
        let light = self.primaries.to_bt709().map(|row| dot(row, light));
        let factor = if self.transfer == Transfer::Sdr { 1.0 } else { compression(light) };
        light.map(|light| sdr_signal((light * factor).clamp(0.0, 1.0)).clamp(0.0, 1.0))
    }
}

impl Primaries {
    /// The matrix that converts light to BT.709; BT.2087 has that of BT.2020.
    const fn to_bt709(self) -> [[f64; 3]; 3] {
        match self {
            Self::Bt709 => [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            Self::Bt2020 => [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]],
            Self::P3 => [[1.2249, -0.2249, 0.0], [-0.0420, 1.0420, 0.0], [-0.0196, -0.0786, 1.0983]],
        }
    }
}

fn dot(row: [f64; 3], light: [f64; 3]) -> f64 {
    row.into_iter().zip(light).map(|(part, light)| part * light).sum()
}

/// By how much a light is scaled so that its brightest part is compressed.
fn compression(light: [f64; 3]) -> f64 {
    let most = light.into_iter().fold(0.0, f64::max);
    if most > 0.0 { sdr_light(compress(sdr_signal(most))) / most } else { 1.0 }
}

/// Compresses a signal of which 1 is the reference white and more is brighter. The slope at the knee is 1.
fn compress(signal: f64) -> f64 {
    let above = (signal - KNEE) / (1.0 - KNEE);
    if above <= 0.0 { signal } else { KNEE + (1.0 - KNEE) * above / above.hypot(1.0) }
}

/// The light of a signal on screens of the web (IEC 61966-2-1).
fn sdr_light(signal: f64) -> f64 {
    if signal <= 0.040_45 { signal / 12.92 } else { ((signal + 0.055) / 1.055).powf(2.4) }
}

/// The signal of a light.
fn sdr_signal(light: f64) -> f64 {
    if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

/// The light of a PQ signal in cd/m² (BT.2100).
fn pq_light(signal: f64) -> f64 {
    let power = signal.powf(1.0 / 78.843_75);
    10_000.0 * ((power - 0.835_937_5).max(0.0) / (18.851_562_5 - 18.6875 * power)).powf(1.0 / 0.159_301_757_812_5)
}

/// The light of HLG signals in cd/m² on a screen with a peak of 1000 cd/m² (BT.2100).
fn hlg_light(signals: [f64; 3]) -> [f64; 3] {
    let scene = signals.map(|signal| {
        if signal <= 0.5 {
            signal * signal / 3.0
        } else {
            (((signal - 0.559_910_73) / 0.178_832_77).exp() + 0.284_668_92) / 12.0
        }
    });
    let bright = dot(LUMINANCE, scene).max(0.0).powf(0.2);
    scene.map(|light| 1000.0 * light * bright)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SDR_OF_PQ: Lut = Lut { primaries: Primaries::Bt2020, transfer: Transfer::Pq };
    const SDR_OF_HLG: Lut = Lut { primaries: Primaries::Bt2020, transfer: Transfer::Hlg };

    fn values(lut: Lut, signals: [f64; 3]) -> [f64; 3] {
        lut.convert(signals).map(|signal| (signal * 255.0).round())
    }

    /// Signals of ten bits with black at 64 and white at 940.
    fn narrow(code: [f64; 3]) -> [f64; 3] {
        code.map(|code| (code - 64.0) / 876.0)
    }

    fn near(one: [f64; 3], other: [f64; 3], most: f64) {
        assert!(one.into_iter().zip(other).all(|(one, other)| (one - other).abs() <= most), "{one:?} {other:?}");
    }

    /// Report BT.2408-7, table 1: a reference white of 203 cd/m² is 58 % in PQ and 75 % in HLG; a grey card that
    /// reflects 18 % is 38 % in both, with 26 cd/m², which is 0.128 of 203 and, in sRGB, 101 of 255.
    #[test]
    fn the_reference_levels_of_the_itu_become_those_of_sdr() {
        for (lut, white) in [(SDR_OF_PQ, 0.58), (SDR_OF_HLG, 0.75)] {
            near(values(lut, [white; 3]), [248.0; 3], 1.0);
            near(values(lut, [0.38; 3]), [101.0; 3], 2.0);
            near(values(lut, [0.0; 3]), [0.0; 3], 0.0);
            near(values(lut, [1.0; 3]), [255.0; 3], 0.5);
        }
    }

    /// Recommendation BT.2111-2, table of the PQ bars: those of full BT.709 colours at the reference white.
    #[test]
    fn the_colour_bars_of_the_itu_come_out_pure() {
        let bars = [
            ([568, 571, 381], [248, 248, 0]),
            ([484, 566, 571], [0, 248, 248]),
            ([474, 564, 368], [0, 248, 0]),
            ([536, 361, 564], [248, 0, 248]),
            ([530, 350, 256], [248, 0, 0]),
            ([317, 236, 562], [0, 0, 248]),
        ];
        for (code, shown) in bars {
            // A code that is rounded in PQ is up to 15 values off where a colour is dark.
            near(values(SDR_OF_PQ, narrow(code.map(f64::from))), shown.map(f64::from), 15.0);
        }
    }

    #[test]
    fn what_is_brighter_is_lighter() {
        for lut in [SDR_OF_PQ, SDR_OF_HLG] {
            let shown: Vec<f64> = (0..=1000).map(|step| lut.convert([f64::from(step) / 1000.0; 3])[0]).collect();
            assert!(shown.is_sorted(), "{shown:?}");
        }
    }

    /// CSS Color 4: pure red of sRGB is `color(display-p3 0.9175 0.2003 0.1386)`.
    #[test]
    fn display_p3_becomes_srgb() {
        let lut = Lut { primaries: Primaries::P3, transfer: Transfer::Sdr };
        near(values(lut, [0.9175, 0.2003, 0.1386]), [255.0, 0.0, 0.0], 2.0);
        near(values(lut, [0.5; 3]), [128.0; 3], 1.0);
    }
}
