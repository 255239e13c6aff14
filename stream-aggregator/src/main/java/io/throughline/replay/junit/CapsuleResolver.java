package io.throughline.replay.junit;

import io.throughline.replay.Capsule;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Reads the capsules that {@link CapsuleFile} names. Stateless. */
public final class CapsuleResolver implements ParameterResolver {

    /** For JUnit. */
    public CapsuleResolver() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.isAnnotated(CapsuleFile.class) && parameter.getParameter().getType() == Capsule.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        String name = parameter.findAnnotation(CapsuleFile.class).orElseThrow().value();
        try {
            URL resource = context.getRequiredTestClass().getClassLoader().getResource(name);
            return Capsule.read(resource == null ? Path.of(name) : Path.of(resource.toURI()));
        } catch (IOException | URISyntaxException e) {
            throw new ParameterResolutionException("the capsule " + name + " cannot be read: " + e, e);
        }
    }
}
