package holdfast.gateway.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/// The folder that one gateway keeps everything in, held by a lock for as long as the process
/// lives: two gateways on one folder would open two sockets for a tenant (R1).
public final class DataFolder implements AutoCloseable {
  private static final String LOCK = "holdfast.lock";

  /// Linux's name for one run of one machine.
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  private final Path folder;
  private final Optional<FileChannel> channel;

  private DataFolder(Path folder, Optional<FileChannel> channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /// @throws StoreRefused when it can't be made or written, or another gateway holds it
  public static DataFolder open(Path folder) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new StoreRefused("the data folder " + folder + " is a file");
    }
    try {
      make(folder);
      return new DataFolder(folder, Optional.of(lock(folder)));
    } catch (IOException e) {
      throw new StoreRefused("the data folder " + folder + " can't be written", e);
    }
  }

  /// For nobody else's eyes: what tenants were told stands in it as plain text.
  private static void make(Path folder) throws IOException {
    var posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (posix && !Files.exists(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(folder);
    }
  }

  /// A look at a folder that another process may hold: for commands beside a running gateway.
  /// Nothing is made in it.
  public static DataFolder visit(Path folder) {
    return new DataFolder(folder, Optional.empty());
  }

  /// Whether this process holds the folder, rather than looking in.
  boolean isHeld() {
    return channel.isPresent();
  }

  private static FileChannel lock(Path folder) throws IOException {
    var channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    // The lock lives exactly as long as its channel.
    if (tryLock(channel).isEmpty()) {
      channel.close();
      throw new StoreRefused.Held("another Holdfast runs on the data folder " + folder);
    }
    return channel;
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException _) {
      return Optional.empty(); // held by this very process
    }
  }

  /// What names the lock that this process holds, on this machine since it was started, and no
  /// other lock that anybody holds: the file behind the path, which a copy of the folder hasn't.
  /// Empty where the system can't tell.
  Optional<String> place() {
    try {
      var file = Files.readAttributes(folder.resolve(LOCK), BasicFileAttributes.class).fileKey();
      return isHeld() && file != null && Files.isReadable(BOOT)
          ? Optional.of(Files.readString(BOOT).strip() + "/" + file)
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  public Path database() {
    return folder.resolve("holdfast.db");
  }

  Path masterKey() {
    return folder.resolve("master.key");
  }

  @Override
  public String toString() {
    return folder.toString();
  }

  @Override
  public void close() {
    try {
      if (channel.isPresent()) {
        channel.get().close();
      }
    } catch (IOException e) {
      throw new IllegalStateException("the lock of the data folder can't be given back", e);
    }
  }
}
