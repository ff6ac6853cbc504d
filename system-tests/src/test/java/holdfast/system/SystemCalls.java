package holdfast.system;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What a process did with its sockets and its write-ahead log, in order, as `strace` saw it.
///
/// As letters: `A` something was read from a caller of the API, `R` something was read from
/// WhatsApp, `F` the log was flushed to the disk, `W` something was written to WhatsApp. Reads and
/// flushes count when they end, writes when they begin.
final class SystemCalls {
  private static final String FLUSHES = "fsync|fdatasync";
  private static final String READS = "read|readv|recvfrom|recvmsg";
  private static final String WRITES = "write|writev|sendto|sendmsg";

  private static final Pattern CALL =
      Pattern.compile(
          "(\\d+) +(" + FLUSHES + "|" + READS + "|" + WRITES + ")\\(\\d+<(.*?)>[,) ].*");
  private static final Pattern RESUMED =
      Pattern.compile("(\\d+) +<\\.\\.\\. (" + FLUSHES + "|" + READS + ") resumed.*");
  private static final Pattern DONE = Pattern.compile(".*\\) += [1-9]\\d*");
  private static final Pattern FLUSHED = Pattern.compile(".*\\) += 0");

  private final Path file;
  private final String whatsapp;
  private final String api;
  private final Map<String, String> unfinished = new HashMap<>(); // by thread: what it waits for
  private final StringBuilder letters = new StringBuilder();
  private long seen; // how much of the file was read

  /// `file`: what strace writes; `whatsapp`: the port over there; `api`: the port here.
  SystemCalls(Path file, int whatsapp, int api) {
    this.file = file;
    this.whatsapp = ":" + whatsapp + "]";
    this.api = ":" + api + "->";
  }

  /// The prefix of a command that is to be watched. The watcher isn't the process's parent, so that
  /// a signal reaches the process itself.
  static List<String> watching(Path file) {
    return List.of(
        "strace",
        "-D",
        "-f",
        "--seccomp-bpf",
        "-yy",
        "-s",
        "0",
        "-e",
        "trace=" + (FLUSHES + "|" + READS + "|" + WRITES).replace('|', ','),
        "-e",
        "signal=none",
        "-o",
        file.toString());
  }

  /// All so far; only what was appended since the last call is read.
  synchronized String letters() {
    try (var in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(seen);
      var more = new byte[(int) (in.length() - seen)];
      in.readFully(more);
      var text = new String(more, StandardCharsets.ISO_8859_1); // one byte, one character
      var whole = text.substring(0, text.lastIndexOf('\n') + 1);
      seen += whole.length();
      whole.lines().forEach(line -> letters.append(letter(line)));
      return letters.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String letter(String line) {
    var call = CALL.matcher(line);
    if (call.matches()) {
      if (call.group(2).matches(WRITES)) {
        return call.group(3).endsWith(whatsapp) ? "W" : "";
      }
      if (line.endsWith("<unfinished ...>")) {
        unfinished.put(call.group(1), call.group(3));
        return "";
      }
      return ended(line, call.group(2), call.group(3));
    }
    var resumed = RESUMED.matcher(line);
    return resumed.matches()
        ? ended(line, resumed.group(2), unfinished.getOrDefault(resumed.group(1), ""))
        : "";
  }

  private String ended(String line, String name, String what) {
    if (name.matches(FLUSHES)) {
      return what.endsWith(".db-wal") && FLUSHED.matcher(line).matches() ? "F" : "";
    }
    if (!DONE.matcher(line).matches()) {
      return "";
    }
    return what.endsWith(whatsapp) ? "R" : what.contains(api) ? "A" : "";
  }
}
