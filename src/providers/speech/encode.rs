//! A WAV as a voice note: programs that speak write samples, WhatsApp shows Opus in an Ogg file.

use ogg::writing::{PacketWriteEndInfo, PacketWriter};
use opus_rs::{Application, OpusEncoder};

/// Samples a second that are encoded: Opus's wide band, enough for a voice.
const RATE: u32 = 16_000;
/// Samples of one packet: 20 milliseconds.
const FRAME: usize = 320;
/// Granules of a packet: an Ogg/Opus file counts 48,000 a second whatever its sound (RFC 7845, section 4).
const GRANULES: u64 = 960;
/// Granules an Opus decoder drops at the beginning: what the encoder looks ahead.
const SKIP: u16 = 312;
/// Bits a second.
const BITS: i32 = 24_000;
/// Bytes of the largest packet (RFC 6716, section 3.2.1).
const PACKET: usize = 1_275;
/// Longest sound that is encoded, in seconds.
const SECONDS: usize = 300;

/// The same sound as Opus in an Ogg file. None when it is no WAV of 16-bit samples, holds none, or is longer than five minutes.
pub fn from_wav(bytes: &[u8]) -> Option<Vec<u8>> {
    let (rate, samples) = samples(bytes)?;
    if samples.is_empty() || samples.len() > SECONDS * rate as usize {
        return None;
    }
    let mut samples = resampled(&samples, rate);
    let end = u64::from(SKIP) + 3 * samples.len() as u64;
    // Silence after the end, for what the encoder looks ahead.
    samples.resize(samples.len() + usize::from(SKIP) / 3, 0.0);
    let mut encoder = OpusEncoder::new(RATE.cast_signed(), 1, Application::Voip).ok()?;
    encoder.bitrate_bps = BITS;
    let mut packets = Vec::with_capacity(samples.len() / FRAME + 1);
    for part in samples.chunks(FRAME) {
        let mut frame = part.to_vec();
        frame.resize(FRAME, 0.0);
        let mut packet = vec![0; PACKET];
        let bytes = encoder.encode(&frame, FRAME, &mut packet).ok()?;
        packet.truncate(bytes);
        packets.push(packet);
    }
    container(packets, SKIP, end)
}

/// An Ogg/Opus file of packets of 20 milliseconds each, one channel, of which `skip` granules at the beginning and those after `end`
/// are not played.
pub(super) fn container(packets: Vec<Vec<u8>>, skip: u16, end: u64) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut writer = PacketWriter::new(&mut out);
    let mut write = |data: Vec<u8>, end, granule| writer.write_packet(data, 7, end, granule).ok();
    write(head(skip), PacketWriteEndInfo::EndPage, 0)?;
    let mut tags = b"OpusTags".to_vec();
    tags.extend_from_slice(&[0; 8]);
    write(tags, PacketWriteEndInfo::EndPage, 0)?;
    let last = packets.len();
    for (n, packet) in (1..).zip(packets) {
        let (info, granule) = match n {
            n if n == last => (PacketWriteEndInfo::EndStream, end),
            n if n % 50 == 0 => (PacketWriteEndInfo::EndPage, n as u64 * GRANULES),
            _ => (PacketWriteEndInfo::NormalPacket, n as u64 * GRANULES),
        };
        write(packet, info, granule)?;
    }
    Some(out)
}

/// RFC 7845, section 5.1: version 1, one channel, what to skip, the rate it was made from (48,000, which players show), no gain.
fn head(skip: u16) -> Vec<u8> {
    let mut head = b"OpusHead\x01\x01".to_vec();
    head.extend_from_slice(&skip.to_le_bytes());
    head.extend_from_slice(&48_000u32.to_le_bytes());
    head.extend_from_slice(&[0, 0, 0]);
    head
}

/// The rate of a WAV and its samples on one channel. A program that writes as it speaks does not know the length yet and claims a
/// huge one: what is there counts.
fn samples(bytes: &[u8]) -> Option<(u32, Vec<f32>)> {
    let whole = |at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
    let half = |at: usize| bytes.get(at..at + 2).and_then(|b| b.try_into().ok()).map(u16::from_le_bytes);
    let (mut at, mut form) = (12, None);
    loop {
        let (name, size) = (bytes.get(at..at + 4)?, whole(at + 4)? as usize);
        let body = at + 8;
        match name {
            b"fmt " => form = Some((half(body)?, usize::from(half(body + 2)?), whole(body + 4)?, half(body + 14)?)),
            b"data" => {
                let (kind, channels, rate, bits) = form?;
                // PCM, plain or with the longer description.
                let known = matches!(kind, 1 | 0xfffe) && bits == 16 && (1..=2).contains(&channels) && (4_000..=192_000).contains(&rate);
                let data = bytes.get(body..body.saturating_add(size).min(bytes.len()))?;
                let sample = |b: &[u8; 2]| f32::from(i16::from_le_bytes(*b)) / 32_768.0;
                let all: Vec<f32> = data.as_chunks::<2>().0.iter().map(sample).collect();
                let one = all.chunks_exact(channels.max(1)).map(|c| c.iter().sum::<f32>() / c.len() as f32);
                return known.then(|| (rate, one.collect()));
            }
            _ => {}
        }
        // Chunks begin at even places.
        at = body.checked_add(size)?.checked_add(size % 2)?;
    }
}

/// The same sound at [`RATE`]: each sample is weighed from its neighbours by a windowed sinc, so that nothing above the new range
/// folds back into it.
fn resampled(from: &[f32], rate: u32) -> Vec<f32> {
    if rate == RATE {
        return from.to_vec();
    }
    let step = f64::from(rate) / f64::from(RATE);
    let cut = (1.0 / step).min(1.0);
    let reach = 16.0 / cut;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most five minutes of samples")]
    let index = |x: f64| x.max(0.0) as usize;
    let sample = |n: usize| {
        let centre = n as f64 * step;
        let near = index((centre - reach).ceil())..from.len().min(index((centre + reach).floor()) + 1);
        let weighed = near.map(|k| {
            let d = k as f64 - centre;
            f64::from(from[k]) * cut * sinc(cut * d) * (0.5 + 0.5 * (std::f64::consts::PI * d / reach).cos())
        });
        #[expect(clippy::cast_possible_truncation, reason = "samples lie around one")]
        let out = weighed.sum::<f64>() as f32;
        out.clamp(-1.0, 1.0)
    };
    (0..index(from.len() as f64 / step)).map(sample).collect()
}

fn sinc(x: f64) -> f64 {
    let x = std::f64::consts::PI * x;
    if x.abs() < 1e-9 { 1.0 } else { x.sin() / x }
}

#[cfg(test)]
mod tests {
    use super::super::note;
    use super::*;
    use proptest::prelude::*;

    /// Two tones of a voice, so many milliseconds long, as a program that speaks writes them: with a length it did not know yet.
    fn wav(rate: u32, channels: u16, ms: u32) -> Vec<u8> {
        let mut out = b"RIFF\xff\xff\xff\x7fWAVEfmt \x10\0\0\0\x01\0".to_vec();
        out.extend_from_slice(&channels.to_le_bytes());
        out.extend_from_slice(&rate.to_le_bytes());
        out.extend_from_slice(&(rate * 2 * u32::from(channels)).to_le_bytes());
        out.extend_from_slice(&(2 * channels).to_le_bytes());
        out.extend_from_slice(b"\x10\0data\0\xf0\xff\x7f");
        for n in 0..u64::from(rate) * u64::from(ms) / 1_000 {
            #[expect(clippy::cast_possible_truncation, reason = "the tones stay within a half")]
            let s = (tone(n as f32 / rate as f32) * 32_767.0) as i16;
            (0..channels).for_each(|_| out.extend_from_slice(&s.to_le_bytes()));
        }
        out
    }

    fn tone(t: f32) -> f32 {
        let turn = 2.0 * std::f32::consts::PI * t;
        0.3 * (turn * 220.0).sin() + 0.2 * (turn * 700.0).sin()
    }

    /// How alike two sounds are, where they fit best within 30 milliseconds.
    fn likeness(heard: &[i16]) -> f32 {
        let at = |lag: usize| {
            let (mut xy, mut xx, mut yy) = (0f32, 0f32, 0f32);
            for n in 4_000..12_000 {
                let (x, y) = (tone(n as f32 / RATE as f32), f32::from(heard[n + lag]) / 32_768.0);
                (xy, xx, yy) = (xy + x * y, xx + x * x, yy + y * y);
            }
            xy / (xx * yy).sqrt().max(1e-6)
        };
        (0..480).map(at).fold(-1.0, f32::max)
    }

    #[test]
    fn what_is_spoken_is_heard_again() {
        for (rate, channels) in [(22_050, 1), (16_000, 1), (44_100, 2), (8_000, 1)] {
            let made = from_wav(&wav(rate, channels, 1_500)).unwrap();
            let heard = note::read(made).unwrap();
            assert_eq!((heard.kind, heard.seconds), ("ogg", 2));
            assert!((23_500..=24_300).contains(&heard.samples.len()), "{} of {rate}", heard.samples.len());
            let alike = likeness(&heard.samples);
            assert!(alike > 0.9, "{alike} at {rate}");
        }
    }

    #[test]
    fn what_is_no_sound_is_none() {
        let mut floats = wav(16_000, 1, 100);
        floats[20] = 3;
        for bytes in [Vec::new(), b"RIFF\0\0\0\0WAVE".to_vec(), floats, wav(16_000, 1, 0), wav(16_000, 5, 100), wav(1_000, 1, 100)] {
            assert_eq!(from_wav(&bytes), None);
        }
        assert_eq!(from_wav(&wav(8_000, 1, 301_000)), None, "longer than anybody listens");
    }

    proptest! {
        #[test]
        fn any_bytes_are_borne(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut in 0usize..400) {
            let mut file = wav(11_025, 1, 10);
            file.splice(12..12, bytes.iter().copied());
            file.truncate(cut.min(file.len()));
            let _ = from_wav(&file);
            let _ = from_wav(&bytes);
        }
    }
}
