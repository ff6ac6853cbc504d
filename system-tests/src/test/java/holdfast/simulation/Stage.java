package holdfast.simulation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/// Where lives are simulated: all classes of ours once more, but with curve, hashes and ciphers
/// that do nothing ([the stand-ins](standins)). What is shipped has no door for it, so that
/// nobody can leave it open.
///
/// Classes of the proto module and of libraries are the ones of outside.
final class Stage extends ClassLoader {
  private static final String PACKAGE = "holdfast.crypto.";
  private static final List<String> STAND_INS = List.of("Aes", "Digests", "X25519", "XEdDsa");

  private final Map<String, byte[]> standIns = new HashMap<>();

  Stage() {
    super("stage", Stage.class.getClassLoader());
    for (var each : STAND_INS) {
      standIns.put(PACKAGE + each, new byte[0]);
    }
    compile();
  }

  /// As [Player#run], in here.
  int play(List<String> args, PrintStream out) {
    try {
      var player = loadClass(Player.class.getName());
      var run = player.getDeclaredMethod("run", List.class, PrintStream.class);
      run.setAccessible(true);
      return (int) Objects.requireNonNull(run.invoke(null, args, out));
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("the play broke off", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the stage has no player", e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith("holdfast.") || name.startsWith("holdfast.proto.")) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      var loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    var bytes = standIns.containsKey(name) ? standIns.get(name) : bytes(path(name) + ".class");
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  private static String path(String name) {
    return name.replace('.', '/');
  }

  private byte @org.jspecify.annotations.Nullable [] bytes(String resource) {
    try (InputStream in = getResourceAsStream(resource)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- the stand-ins

  private void compile() {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var said = new ByteArrayOutputStream();
    try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      var task =
          compiler.getTask(
              new java.io.OutputStreamWriter(said, StandardCharsets.UTF_8),
              new Kept(files),
              null,
              List.of("-nowarn", "-proc:none", "-cp", System.getProperty("java.class.path")),
              null,
              STAND_INS.stream().map(this::source).toList());
      if (!task.call()) {
        throw new IllegalStateException(said.toString(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JavaFileObject source(String name) {
    var text = bytes("holdfast/simulation/standins/" + name + ".java");
    if (text == null) {
      throw new IllegalStateException("no stand-in for " + name);
    }
    return new SimpleJavaFileObject(
        URI.create("stage:///" + path(PACKAGE) + name + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignored) {
        return new String(text, StandardCharsets.UTF_8);
      }
    };
  }

  /// Keeps what is compiled in memory.
  private final class Kept extends ForwardingJavaFileManager<JavaFileManager> {
    Kept(JavaFileManager files) {
      super(files);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, FileObject sibling)
        throws IOException {
      if (location != StandardLocation.CLASS_OUTPUT) {
        return super.getJavaFileForOutput(location, name, kind, sibling);
      }
      return new SimpleJavaFileObject(URI.create("stage:///" + path(name) + ".class"), kind) {
        @Override
        public OutputStream openOutputStream() {
          return new ByteArrayOutputStream() {
            @Override
            public void close() {
              standIns.put(name, toByteArray());
            }
          };
        }
      };
    }
  }
}
