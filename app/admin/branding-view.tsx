import { useForm } from '@conform-to/react'
import type { BrandingPage } from './branding'
import { type Answer, PostForm, SaveButton, TextField, useFormKey } from './form-parts'
import { Page, Section } from './page-parts'

type Props = { page: BrandingPage; notice: string | null; answer: Answer | undefined }

export function BrandingView({ page, notice, answer }: Props) {
  return (
    <Page
      title="Branding"
      lead="How the pages look at which people sign in, consent and see to their account."
      back={{ to: '/admin/settings', label: 'Settings' }}
      notice={notice}
      answer={answer}
    >
      <Section
        title="As it is now"
        hint={
          <a href="/account/sign-in" target="_blank" rel="noreferrer" className="underline underline-offset-2">
            Open the sign-in page
          </a>
        }
      >
        <Sketch {...page.sketch} />
      </Section>
      <BrandingForm key={useFormKey(answer)} page={page} answer={answer} />
    </Page>
  )
}

function BrandingForm({ page, answer }: Pick<Props, 'page' | 'answer'>) {
  const [form, fields] = useForm({ id: 'branding', lastResult: answer?.lastResult, defaultValue: page.fields })
  return (
    <Section title="Look" hint="Leave a field empty to have what the program brings along.">
      <PostForm form={form}>
        <TextField
          field={fields.primary}
          label="Colour"
          help="Of buttons and links, such as #0b6b4f. Where it could not be read it is darkened or lightened."
          required={false}
        />
        <TextField
          field={fields.page_background}
          label="Background"
          help="Of the page around the form, such as #102030."
          required={false}
        />
        <TextField field={fields.logo_url} label="Address of the logo" type="url" required={false} />
        <TextField field={fields.favicon_url} label="Address of the tab’s icon" type="url" required={false} />
        <TextField
          field={fields.font_url}
          label="Address of the font"
          help="A font file, such as https://cdn.example.com/brand.woff2."
          type="url"
          required={false}
        />
        <SaveButton />
      </PostForm>
    </Section>
  )
}

/** A picture of the sign-in page, in the light theme. */
function Sketch({ name, ground, onGround, line, fill, onFill }: BrandingPage['sketch']) {
  return (
    <svg
      role="img"
      aria-label="The sign-in page in these colours"
      viewBox="0 0 400 250"
      className="w-full max-w-md rounded-card border border-line"
    >
      <rect width="400" height="250" fill={ground} />
      <text x="200" y="36" textAnchor="middle" fontSize="15" fontWeight="600" fill={onGround}>
        {name}
      </text>
      <rect x="100" y="54" width="200" height="160" rx="10" fill="#ffffff" stroke={line} />
      <text x="118" y="84" fontSize="15" fontWeight="600" fill="#17211d">
        Sign in
      </text>
      <rect x="118" y="98" width="164" height="24" rx="5" fill="#ffffff" stroke="#8b9992" />
      <rect x="118" y="132" width="164" height="24" rx="5" fill="#ffffff" stroke="#8b9992" />
      <rect x="118" y="170" width="164" height="28" rx="6" fill={fill} />
      <text x="200" y="188" textAnchor="middle" fontSize="12" fontWeight="600" fill={onFill}>
        Sign in
      </text>
      <text x="200" y="234" textAnchor="middle" fontSize="11" fill={onGround}>
        No account yet? Sign up
      </text>
    </svg>
  )
}
