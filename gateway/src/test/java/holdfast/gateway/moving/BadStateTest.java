package holdfast.gateway.moving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadStateTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final byte[] EMPTY = bytes("{}");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String creds() {
    var files = Folders.read(Folders.NEW, "ann").files();
    return new String(files.getOrDefault("creds.json", EMPTY), StandardCharsets.UTF_8);
  }

  private static void refused(AuthFiles files, String reason) {
    assertThatThrownBy(() -> BaileysImport.read(files, NOON))
        .isInstanceOf(UnfitState.class)
        .hasMessageContaining(reason);
  }

  private static AuthFiles withCreds(String creds) {
    return Folders.with(Folders.read(Folders.NEW, "ann"), "creds.json", Optional.of(bytes(creds)));
  }

  @ParameterizedTest
  @CsvSource({
    "'\"me\":', '\"notme\":', isn't linked",
    "'\"account\":', '\"noaccount\":', isn't linked",
    "'\"lid\":', '\"nolid\":', has no lid",
    "'\"noiseKey\":', '\"noKey\":', has no noiseKey",
    "'15550102003:1@s.whatsapp.net', '15550102003@s.whatsapp.net', names no device",
    "'\"keyId\":1', '\"keyId\":\"x\"', is no number",
  })
  @DisplayName("creds.json that isn't whole is refused with the reason")
  void refusesCreds(String what, String instead, String reason) {
    assertThat(creds()).contains(what);
    refused(withCreds(creds().replace(what, instead)), reason);
  }

  @Test
  @DisplayName("Halves of a key that don't belong together are refused")
  void refusesHalves() {
    var noise = Fields.of("creds.json", bytes(creds())).at("noiseKey").at("public");
    var identity = Fields.of("creds.json", bytes(creds())).at("signedIdentityKey").at("public");
    var mixed = creds().replace(noise.at("data").text(), identity.at("data").text());
    refused(withCreds(mixed), "halves don't belong together");
  }

  @Test
  @DisplayName("Halves of a prekey that don't belong together are refused")
  void refusesHalvesOfPreKeys() {
    var whole = Folders.read(Folders.NEW, "ann");
    var other = Optional.ofNullable(whole.files().get("pre-key-811.json"));
    var mixed = new String(other.orElseThrow(), StandardCharsets.UTF_8);
    var keys = Fields.of("x.json", bytes(mixed));
    var identity = Fields.of("creds.json", bytes(creds())).at("signedIdentityKey").at("public");
    mixed = mixed.replace(keys.at("public").at("data").text(), identity.at("data").text());
    refused(
        Folders.with(whole, "pre-key-811.json", Optional.of(bytes(mixed))),
        "halves don't belong together");
  }

  @Test
  @DisplayName("What isn't taken along isn't kept, however large it has become")
  void leavesTheRest() throws IOException {
    var whole = Folders.read(Folders.NEW, "ann");
    assertThat(whole.files().keySet())
        .noneMatch(name -> name.startsWith("device-list") || name.startsWith("app-state-sync-v"));
    var large = "app-state-sync-version-regular.json";
    var zip = Folders.with(whole, large, Optional.of(new byte[3 << 20])).zip();
    assertThat(AuthFiles.ofZip(new ByteArrayInputStream(zip)).files().keySet())
        .isEqualTo(whole.files().keySet());
  }

  @Test
  @DisplayName("Every file that is cut anywhere is refused by its name, and nothing else happens")
  void refusesCutFiles() {
    var whole = Folders.read(Folders.NEW, "ann");
    whole
        .files()
        .forEach(
            (name, content) -> {
              var cut = Arrays.copyOf(content, content.length / 2);
              refused(Folders.with(whole, name, Optional.of(cut)), name);
            });
  }

  @Test
  @DisplayName("A folder without creds.json is refused")
  void refusesWithoutCreds(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> AuthFiles.ofFolder(folder)).hasMessageContaining("no creds.json");
    assertThatThrownBy(() -> AuthFiles.ofFolder(folder.resolve("none")))
        .hasMessageContaining("there is no folder");
    Files.createFile(folder.resolve("creds.json"));
    refused(AuthFiles.ofFolder(folder), "no whole JSON");
  }

  private static byte[] zip(String name, int bytes, int times) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      for (int at = 0; at < times; at++) {
        zip.putNextEntry(new ZipEntry(at == 0 ? name : "session-" + at + ".0.json"));
        zip.write(new byte[bytes]);
      }
    }
    return out.toByteArray();
  }

  private static void refusedZip(byte[] zip, String reason) {
    assertThatThrownBy(() -> AuthFiles.ofZip(new ByteArrayInputStream(zip)))
        .isInstanceOf(UnfitState.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../creds.json", "a/../../creds.json", "/etc/creds.json", "C:creds.json", "a\\b"})
  @DisplayName("A zip with a path outside is refused")
  void refusesPathsOutside(String path) throws IOException {
    refusedZip(zip(path, 2, 1), "outside itself");
  }

  @Test
  @DisplayName("A zip bomb is refused before it is unpacked")
  void refusesBombs() throws IOException {
    refusedZip(zip("creds.json", (1 << 20) + 1, 1), "1 MiB each");
    refusedZip(zip("creds.json", 1 << 20, 65), "64 MiB in all");
    refusedZip(zip("readme.txt", 65 << 20, 1), "64 MiB in all");
  }

  @Test
  @DisplayName("What is no zip, an empty one, a cut one and one of two folders are refused")
  void refusesOtherZips() throws IOException {
    refusedZip(bytes("no zip at all"), "no zip of an auth folder");
    refusedZip(zip("readme.txt", 10, 1), "no zip of an auth folder");
    refusedZip(zip("a/creds.json", 2, 2), "more than one folder");
    var whole = Folders.read(Folders.NEW, "ann").zip();
    refusedZip(Arrays.copyOf(whole, 700), "damaged");
  }

  @Test
  @DisplayName("A packed folder reads as the folder does, also with its name before each file")
  void readsZips() throws IOException {
    var files = Folders.read(Folders.NEW, "ann");
    var flat = AuthFiles.ofZip(new ByteArrayInputStream(files.zip()));
    assertThat(flat.files().keySet()).isEqualTo(files.files().keySet());
    assertThat(flat.files().get("creds.json")).isEqualTo(files.files().get("creds.json"));
    var nested = zip("auth/creds.json", 2, 1);
    assertThat(AuthFiles.ofZip(new ByteArrayInputStream(nested)).files())
        .containsOnlyKeys("creds.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'AQID'",
        "{'type':'Buffer','data':'AQID'}",
        "{'type':'Buffer','data':[1,2,3]}",
        "{'buffer':true,'value':'AQID'}",
        "{'buffer':true,'data':[1,2,3]}",
        "[1,2,3]",
        "{'0':1,'1':2,'2':3}"
      })
  @DisplayName("R26 Bytes are read in every form that a version has written them in")
  void readsBytes(String json) {
    assertThat(Fields.of("x.json", bytes(json.replace('\'', '"'))).bytes())
        .containsExactly(1, 2, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "{'type':'Buffer','data':'?'}", "[256]", "{'a':1}", "[1.5]"})
  @DisplayName("What holds no bytes is refused")
  void refusesBytes(String json) {
    var fields = Fields.of("x.json", bytes(json.replace('\'', '"')));
    assertThatThrownBy(fields::bytes).isInstanceOf(UnfitState.class);
  }

  @Test
  @DisplayName("An export is written for its owner's eyes, and never over another auth state")
  void writesFolders(@TempDir Path folder) throws IOException {
    var files = Folders.read(Folders.NEW, "ann");
    var target = folder.resolve("auth");
    files.writeTo(target);
    assertThat(AuthFiles.ofFolder(target).files().keySet()).isEqualTo(files.files().keySet());
    if (target.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertThat(Files.getPosixFilePermissions(target.resolve("creds.json"))).hasSize(2);
    }
    assertThatThrownBy(() -> files.writeTo(target)).hasMessageContaining("already");
  }
}
