//! A voice note's bytes, judged: what they are, how long they last, and for Ogg/Opus the sound itself. Nothing here trusts what a file
//! says of itself: the length is counted while decoding.

use ogg::PacketReader;
use opus_decoder::OpusDecoder;
use std::io::Cursor;

/// Longest note that is heard, in seconds.
pub const SECONDS_MAX: u32 = 300;
/// Samples a second of the sound handed on: what transcribers work with.
const RATE: u32 = 16_000;
/// Granules of an Ogg/Opus file a second, whatever its sound (RFC 7845, section 4).
const GRANULES: u64 = 48_000;

/// A note that may be heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The file as it came.
    pub bytes: Vec<u8>,
    /// What it is, for those who want a name: "ogg", "mp3".
    pub kind: &'static str,
    /// How long it lasts, in whole seconds; 0 when only a listener can tell.
    pub seconds: u32,
    /// The sound, 16,000 samples a second on one channel; empty when it is not Ogg/Opus.
    pub samples: Vec<i16>,
}

/// Why a note is not heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It lasts longer than [`SECONDS_MAX`].
    TooLong,
    /// Its codec is not one anybody here knows.
    Unknown,
    /// It is damaged, or holds no sound.
    Damaged,
}

impl Refusal {
    /// The sentence for the owner.
    pub fn sentence(self) -> String {
        match self {
            Self::TooLong => format!("The note is longer than {} minutes, so nobody turned it into words.", SECONDS_MAX / 60),
            Self::Unknown => "The note is in a sound format Steward does not know, so nobody turned it into words.".into(),
            Self::Damaged => "The note is damaged or empty, so nobody turned it into words.".into(),
        }
    }
}

/// Judges a file. Takes a while for a long note: not for the thread that serves.
pub fn read(bytes: Vec<u8>) -> Result<Note, Refusal> {
    if bytes.starts_with(b"OggS") {
        let (seconds, samples) = ogg(&bytes)?;
        return Ok(Note { bytes, kind: "ogg", seconds, samples });
    }
    let kind = other(&bytes).ok_or(Refusal::Unknown)?;
    let seconds = if kind == "wav" { wav_seconds(&bytes).ok_or(Refusal::Damaged)? } else { 0 };
    if seconds > SECONDS_MAX {
        return Err(Refusal::TooLong);
    }
    Ok(Note { bytes, kind, seconds, samples: Vec::new() })
}

/// Formats that services take as they are.
fn other(bytes: &[u8]) -> Option<&'static str> {
    let at = |from: usize, magic: &[u8]| bytes.get(from..from + magic.len()) == Some(magic);
    match () {
        () if at(0, b"RIFF") && at(8, b"WAVE") => Some("wav"),
        () if at(0, b"ID3") || at(0, b"\xff\xfb") || at(0, b"\xff\xf3") || at(0, b"\xff\xf2") => Some("mp3"),
        () if at(4, b"ftyp") => Some("m4a"),
        () if at(0, b"\x1aE\xdf\xa3") => Some("webm"),
        () if at(0, b"fLaC") => Some("flac"),
        () => None,
    }
}

/// The length a WAV's own rate and size give.
fn wav_seconds(bytes: &[u8]) -> Option<u32> {
    let rate = u32::from_le_bytes(bytes.get(28..32)?.try_into().ok()?);
    let size = u32::try_from(bytes.len()).ok()?;
    (rate >= 4_000).then(|| size.saturating_sub(44) / rate)
}

fn ogg(bytes: &[u8]) -> Result<(u32, Vec<i16>), Refusal> {
    // What the last page says is believed when it is too long already: that saves the decoding.
    if claimed_seconds(bytes) > u64::from(SECONDS_MAX) {
        return Err(Refusal::TooLong);
    }
    let mut reader = PacketReader::new(Cursor::new(bytes));
    let head = reader.read_packet().ok().flatten().ok_or(Refusal::Damaged)?;
    if !head.data.starts_with(b"OpusHead") {
        return Err(Refusal::Unknown);
    }
    let channels = usize::from(*head.data.get(9).ok_or(Refusal::Damaged)?);
    let skip = head.data.get(10..12).and_then(|b| b.try_into().ok()).map_or(0, u16::from_le_bytes);
    if !(1..=2).contains(&channels) {
        return Err(Refusal::Unknown);
    }
    // The tags.
    reader.read_packet().ok().flatten().ok_or(Refusal::Damaged)?;
    let mut decoder = OpusDecoder::new(RATE, channels).map_err(|_| Refusal::Damaged)?;
    let mut frame = vec![0i16; decoder.max_frame_size_per_channel() * channels];
    let most = (SECONDS_MAX as usize + 1) * RATE as usize;
    let (mut samples, mut broken) = (Vec::new(), 0u32);
    while let Ok(Some(packet)) = reader.read_packet() {
        match decoded(&mut decoder, &packet.data, &mut frame) {
            Some(n) => samples.extend(mono(frame.get(..n * channels).unwrap_or_default(), channels)),
            None => broken += 1,
        }
        if samples.len() > most {
            return Err(Refusal::TooLong);
        }
        if broken > 50 {
            return Err(Refusal::Damaged);
        }
    }
    let skip = usize::from(skip) * RATE as usize / 48_000;
    samples.drain(..skip.min(samples.len()));
    if samples.is_empty() {
        return Err(Refusal::Damaged);
    }
    let seconds = u32::try_from(samples.len().div_ceil(RATE as usize)).unwrap_or(u32::MAX);
    if seconds > SECONDS_MAX { Err(Refusal::TooLong) } else { Ok((seconds, samples)) }
}

/// The decoder is others' arithmetic on bytes of anybody's: what it trips over is a broken packet, not the end of a job.
fn decoded(decoder: &mut OpusDecoder, packet: &[u8], frame: &mut [i16]) -> Option<usize> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| decoder.decode(packet, frame, false))).ok()?.ok()
}

fn mono(frame: &[i16], channels: usize) -> Vec<i16> {
    if channels == 1 {
        return frame.to_vec();
    }
    let mix = |pair: &[i16]| pair.iter().map(|s| s / 2).sum();
    frame.chunks_exact(2).map(mix).collect()
}

/// The length the last page of an Ogg file claims, in seconds.
fn claimed_seconds(bytes: &[u8]) -> u64 {
    let tail = bytes.get(bytes.len().saturating_sub(70_000)..).unwrap_or(bytes);
    let last = tail.windows(4).rposition(|w| w == b"OggS");
    let granule = last.and_then(|at| tail.get(at + 6..at + 14)).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes);
    // A page on which no packet ends has the granule -1.
    if granule == u64::MAX { 0 } else { granule / GRANULES }
}

/// The sound as a WAV file, for programs that read nothing else.
pub fn wav(note: &Note) -> Option<Vec<u8>> {
    if note.kind == "wav" {
        return Some(note.bytes.clone());
    }
    if note.samples.is_empty() {
        return None;
    }
    let data = u32::try_from(note.samples.len() * 2).ok()?;
    let mut out = Vec::with_capacity(44 + note.samples.len() * 2);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(36 + data).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    out.extend_from_slice(&16u32.to_le_bytes());
    // PCM, one channel.
    out.extend_from_slice(&1u16.to_le_bytes());
    out.extend_from_slice(&1u16.to_le_bytes());
    out.extend_from_slice(&RATE.to_le_bytes());
    out.extend_from_slice(&(RATE * 2).to_le_bytes());
    out.extend_from_slice(&2u16.to_le_bytes());
    out.extend_from_slice(&16u16.to_le_bytes());
    out.extend_from_slice(b"data");
    out.extend_from_slice(&data.to_le_bytes());
    note.samples.iter().for_each(|s| out.extend_from_slice(&s.to_le_bytes()));
    Some(out)
}

/// An Ogg/Opus file of silence, for tests and doubles: `frames` of 20 milliseconds.
pub fn silence(frames: usize) -> Vec<u8> {
    super::encode::container(vec![vec![0xf8, 0xff, 0xfe]; frames], 0, frames as u64 * 960).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_note_is_decoded_and_its_length_counted() {
        let note = read(silence(150)).unwrap();
        assert_eq!((note.kind, note.seconds, note.samples.len()), ("ogg", 3, 48_000));
        let wav = wav(&note).unwrap();
        assert_eq!(wav.len(), 44 + 96_000);
        let again = read(wav).unwrap();
        assert_eq!((again.kind, again.seconds), ("wav", 3));
    }

    #[test]
    fn half_an_hour_is_refused_whatever_the_file_says_of_itself() {
        assert_eq!(read(silence(90_000)).unwrap_err(), Refusal::TooLong);
        // The same with pages that claim no length: it is counted while decoding, and given up in time.
        let mut lying = silence(16_000);
        let pages: Vec<usize> = lying.windows(4).enumerate().filter(|(_, w)| *w == b"OggS").map(|(at, _)| at).collect();
        for at in pages {
            lying[at + 6..at + 14].copy_from_slice(&0u64.to_le_bytes());
        }
        assert!(claimed_seconds(&lying) == 0);
        // The checksums no longer fit either, so it is refused one way or the other.
        assert!(read(lying).is_err());
        assert!(Refusal::TooLong.sentence().contains("5 minutes"));
    }

    #[test]
    fn what_is_no_opus_is_named_so() {
        let mut vorbis = silence(10);
        let at = vorbis.windows(8).position(|w| w == b"OpusHead").unwrap();
        vorbis[at..at + 8].copy_from_slice(b"\x01vorbis\x00");
        assert!(read(vorbis).is_err());
        assert_eq!(read(b"#!SILK_V3 something".to_vec()).unwrap_err(), Refusal::Unknown);
        assert_eq!(read(Vec::new()).unwrap_err(), Refusal::Unknown);
        assert_eq!(read(b"OggS".to_vec()).unwrap_err(), Refusal::Damaged);
        assert_eq!(read(b"ID3\x04rest".to_vec()).unwrap().kind, "mp3");
        assert_eq!(read(b"\0\0\0\x18ftypM4A ".to_vec()).unwrap().kind, "m4a");
    }

    proptest! {
        /// Whatever is done to a file, it is heard or refused; nothing else.
        #[test]
        fn no_file_breaks_the_decoder(at in 0usize..400, bytes in proptest::collection::vec(any::<u8>(), 0..30), cut in 0usize..400) {
            let mut file = silence(60);
            let at = at.min(file.len());
            let end = (at + bytes.len()).min(file.len());
            file.splice(at..end, bytes);
            file.truncate(file.len().saturating_sub(cut));
            if let Ok(note) = read(file) {
                prop_assert!(note.seconds <= SECONDS_MAX);
            }
        }

        /// Opus packets that are not what they seem do not break the decoder either.
        #[test]
        fn no_packet_breaks_the_decoder(packet in proptest::collection::vec(any::<u8>(), 1..80)) {
            let mut decoder = OpusDecoder::new(RATE, 1).unwrap();
            let mut frame = vec![0i16; decoder.max_frame_size_per_channel()];
            let _ = decoded(&mut decoder, &packet, &mut frame);
        }
    }
}
