package holdfast.sandbox.media;

import holdfast.sandbox.server.HttpHandler;
import holdfast.sandbox.world.Account;
import holdfast.sandbox.world.World;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/// What the media host serves over `https`: the pictures of accounts.
public final class MediaHost implements HttpHandler {
  private static final Pattern PICTURE = Pattern.compile("/v/picture/([0-9]+)/([0-9]+)\\.jpg");

  private final World world;

  public MediaHost(World world) {
    this.world = world;
  }

  @Override
  public Answer handle(Call call) {
    var picture = PICTURE.matcher(call.path());
    if (call.method().equals("GET") && picture.matches()) {
      var jpeg = world.loop().submit(() -> jpeg(picture.group(1), picture.group(2))).join();
      if (jpeg.isPresent()) {
        return new Answer(200, "image/jpeg", jpeg.get());
      }
    }
    return new Answer(404, "text/plain", "not found".getBytes(StandardCharsets.UTF_8));
  }

  private Optional<byte[]> jpeg(String lid, String id) {
    return world
        .byLid(lid)
        .filter(account -> account.pictureId().filter(id::equals).isPresent())
        .flatMap(Account::pictureJpeg);
  }
}
