package holdfast.gateway.moving;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/// The files of one auth state, by name: as a folder holds them, or a zip of that folder.
///
/// Whatever brings more than the limits is refused before it is read to its end. Only files of
/// the kinds that are taken along are kept.
public record AuthFiles(SortedMap<String, byte[]> files) {
  /// `files`: of a link of ten years and thousands of contacts there are fewer. `bytesEach`: of
  /// those that are kept; what a file holds takes up to thirty times as much while it is read.
  private record Limits(int files, long bytes, int bytesEach) {
    /// In a process that does nothing else.
    static final Limits OF_A_FOLDER = new Limits(100_000, 256L << 20, 16 << 20);

    /// In one that must go on serving others.
    static final Limits OF_A_ZIP = new Limits(100_000, 64L << 20, 1 << 20);
  }

  private static final String CREDS = "creds.json";
  private static final String ENDING = ".json";

  public AuthFiles {
    files = Collections.unmodifiableSortedMap(files);
  }

  /// The JSON files in `folder`; what else lies there is left alone.
  ///
  /// @throws UnfitState when it isn't an auth state
  public static AuthFiles ofFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new UnfitState("there is no folder " + folder);
    }
    var taken = new Taken(Limits.OF_A_FOLDER);
    try (var entries = Files.newDirectoryStream(folder, "*" + ENDING)) {
      for (var entry : entries) {
        if (isWanted(name(entry)) && Files.isRegularFile(entry)) {
          try (var in = Files.newInputStream(entry)) {
            taken.add(name(entry), in);
          }
        }
      }
    }
    return taken.whole();
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /// What WhatsApp is asked for anyway isn't taken along.
  private static boolean isWanted(String file) {
    return file.endsWith(ENDING) && (file.equals(CREDS) || !kindOf(file).isEmpty());
  }

  /// The files of a zip. They may lie in one folder, as when the folder itself was packed.
  ///
  /// @throws UnfitState when it isn't an auth state, or names a place outside itself
  public static AuthFiles ofZip(InputStream in) throws IOException {
    var taken = new Taken(Limits.OF_A_ZIP);
    var folder = Optional.<String>empty();
    try (var zip = new ZipInputStream(in)) {
      for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        var path = checked(entry.getName());
        taken.count(path.length());
        if (entry.isDirectory() || isOfNoUse(path)) {
          taken.skip(zip);
          continue;
        }
        int cut = path.lastIndexOf('/') + 1;
        var parent = path.substring(0, cut);
        if (folder.isPresent() && !folder.get().equals(parent)) {
          throw new UnfitState("the zip holds more than one folder: pack one auth folder");
        }
        folder = Optional.of(parent);
        taken.add(path.substring(cut), zip);
      }
    } catch (java.util.zip.ZipException | java.io.EOFException _) {
      throw new UnfitState("the zip is damaged");
    }
    if (taken.isEmpty()) {
      throw new UnfitState("this is no zip of an auth folder");
    }
    return taken.whole();
  }

  /// Nothing is ever written where a zip says, and what says such things isn't a packed folder.
  private static String checked(String path) {
    boolean outside =
        path.startsWith("/")
            || path.contains("\\")
            || path.contains(":")
            || ("/" + path + "/").contains("/../");
    if (outside) {
      throw new UnfitState("the zip names a path outside itself");
    }
    return path;
  }

  /// Also what a Mac adds beside each file.
  private static boolean isOfNoUse(String path) {
    return path.startsWith("__MACOSX/") || !isWanted(path.substring(path.lastIndexOf('/') + 1));
  }

  /// What has been taken so far, within the limits.
  private static final class Taken {
    private static final int CHUNK = 8_192;

    private final Limits limits;
    private final SortedMap<String, byte[]> files = new TreeMap<>();
    private long bytes;
    private int seen;

    Taken(Limits limits) {
      this.limits = limits;
    }

    void add(String name, InputStream in) throws IOException {
      var content = in.readNBytes(limits.bytesEach() + 1);
      refuseIf(content.length > limits.bytesEach() || ++seen > limits.files());
      count(content.length);
      files.put(name, content);
    }

    /// What isn't wanted is unpacked all the same, so it counts.
    void skip(InputStream in) throws IOException {
      refuseIf(++seen > limits.files());
      var chunk = new byte[CHUNK];
      for (int read = CHUNK; read == CHUNK; ) {
        read = in.readNBytes(chunk, 0, CHUNK);
        count(read);
      }
    }

    void count(int more) {
      bytes += more;
      refuseIf(bytes > limits.bytes());
    }

    private void refuseIf(boolean tooMuch) {
      if (tooMuch) {
        throw new UnfitState(
            "too large: at most %d files, %d MiB in all and %d MiB each"
                .formatted(limits.files(), limits.bytes() >> 20, limits.bytesEach() >> 20));
      }
    }

    boolean isEmpty() {
      return files.isEmpty();
    }

    AuthFiles whole() {
      if (!files.containsKey(CREDS)) {
        throw new UnfitState("there is no " + CREDS + " in it");
      }
      return new AuthFiles(files);
    }
  }

  Fields creds() {
    return Fields.of(CREDS, content(CREDS));
  }

  private byte[] content(String name) {
    return Optional.ofNullable(files.get(name))
        .orElseThrow(() -> new UnfitState("there is no " + name + " in it"));
  }

  /// Hands over the files of one kind, each read and let go of before the next: parsed they are
  /// many times as large. First what their names say behind the kind, in that order: Baileys
  /// writes `/` as `__` and `:` as `-`. A kind whose name begins with that of another is no such
  /// kind.
  void eachOfKind(String kind, BiConsumer<String, Fields> reader) {
    var names = new TreeMap<String, String>();
    for (var file : files.keySet()) {
      if (kindOf(file).equals(kind)) {
        names.put(file.substring(kind.length() + 1, file.length() - ENDING.length()), file);
      }
    }
    names.forEach((id, file) -> reader.accept(id, Fields.of(file, content(file))));
  }

  private static String kindOf(String file) {
    return Kind.ALL.stream().filter(kind -> file.startsWith(kind + "-")).findFirst().orElse("");
  }

  /// Writes them into `folder`, which is made. A folder that holds an auth state is left alone.
  ///
  /// @throws UnfitState when there is one already
  public void writeTo(Path folder) throws IOException {
    if (Files.exists(folder.resolve(CREDS))) {
      throw new UnfitState(folder + " holds an auth state already");
    }
    Files.createDirectories(folder);
    boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    for (var file : files.entrySet()) {
      var path = folder.resolve(file.getKey());
      try {
        Files.delete(path);
      } catch (NoSuchFileException _) {
        // as it should be
      }
      if (posix) {
        Files.createFile(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.write(path, file.getValue());
    }
  }

  public byte[] zip() {
    var bytes = new ByteArrayOutputStream();
    try {
      write(bytes, files);
    } catch (IOException e) {
      throw new IllegalStateException("memory can't be written", e);
    }
    return bytes.toByteArray();
  }

  private static void write(OutputStream out, Map<String, byte[]> files) throws IOException {
    try (var zip = new ZipOutputStream(out)) {
      for (var file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue());
        zip.closeEntry();
      }
    }
  }

  @Override
  public String toString() {
    return "AuthFiles[" + files.size() + "]";
  }
}
