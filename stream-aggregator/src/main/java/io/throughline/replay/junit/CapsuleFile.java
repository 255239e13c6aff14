package io.throughline.replay.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Hands a test the capsule of that name, checked: a resource of the class path, else a file.
 * <pre>
 * &#64;Test
 * void checkout_failedForOneModelOnly(&#64;CapsuleFile("incident-17.capsule") Capsule incident) {
 *     assertThat(incident.count(config)).…
 * }
 * </pre>
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(CapsuleResolver.class)
public @interface CapsuleFile {

    /** The name of the resource or file. */
    String value();
}
